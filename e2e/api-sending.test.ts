/**
 * Messages to people as an application and an administrator see them: by e-mail and by text message, kept in
 * development, handed to a gateway and to mail servers elsewhere. The AWS SDK for JavaScript, unmodified. Long, but one
 * file: each starts a Foyer of its own, on both sets of stores.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import {
  AdminCreateUserCommand,
  AdminGetUserCommand,
  type CognitoIdentityProviderClient,
  ConfirmForgotPasswordCommand,
  ConfirmSignUpCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  type CreateUserPoolCommandInput,
  DescribeUserPoolCommand,
  type EmailConfigurationType,
  ForgotPasswordCommand,
  ResendConfirmationCodeCommand,
  SignUpCommand,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { openSmsWebhook } from '../adapters/sms/webhook.ts';
import { type MailServer, startMailServer } from './mail-server.ts';
import { administratorOf } from './sdk-application.ts';
import { type Foyer, startFoyer } from './start.ts';

const PASSWORD = 'Correct-Horse-7';
const PHONE = '+12065550100';
const SECRET = 'the-secret-of-the-gateway-of-this-test';

interface Posted {
  headers: IncomingHttpHeaders;
  body: string;
}

const posted: Posted[] = [];
/** What the gateway answers next; 204 when it is empty. */
const answers: number[] = [];
const gateway = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8').on('data', (part) => {
    body += part;
  });
  request.on('end', () => {
    posted.push({ headers: request.headers, body });
    response.writeHead(answers.shift() ?? 204).end();
  });
}).listen(0, '127.0.0.1');
await once(gateway, 'listening');
after(() => {
  gateway.closeAllConnections();
  gateway.close();
});
const [common, own] = [await startMailServer(), await startMailServer()];
const kept = await startFoyer();
const sending = await startFoyer({
  env: {
    FOYER_SMS_URL: `http://127.0.0.1:${(gateway.address() as AddressInfo).port}/sms`,
    FOYER_SMS_SECRET: SECRET,
    FOYER_SMTP_URL: common.url,
    FOYER_SMTP_IDENTITIES: `shop.example=${own.url}`,
    FOYER_LIMIT_MAILS_PER_DAY: '3',
    FOYER_LIMIT_SMS_PER_DAY: '3',
  },
});

async function open(foyer: Foyer, settings: Partial<CreateUserPoolCommandInput> = {}) {
  const sdk: CognitoIdentityProviderClient = administratorOf(foyer);
  const { UserPool } = await sdk.send(new CreateUserPoolCommand({ PoolName: 'Acme', ...settings }));
  const UserPoolId = UserPool?.Id ?? assert.fail();
  const made = await sdk.send(new CreateUserPoolClientCommand({ UserPoolId, ClientName: 'App' }));
  const ClientId = made.UserPoolClient?.ClientId ?? assert.fail();
  const list = (values: Record<string, string>) =>
    Object.entries(values).map(([Name, Value]) => ({ Name, Value }));
  return {
    UserPoolId,
    sdk,
    signUp: (Username: string, values: Record<string, string>) =>
      sdk.send(new SignUpCommand({ ClientId, Username, Password: PASSWORD, UserAttributes: list(values) })),
    confirm: (Username: string, ConfirmationCode: string) =>
      sdk.send(new ConfirmSignUpCommand({ ClientId, Username, ConfirmationCode })),
    resend: (Username: string) => sdk.send(new ResendConfirmationCodeCommand({ ClientId, Username })),
    forgot: (Username: string) => sdk.send(new ForgotPasswordCommand({ ClientId, Username })),
    reset: (Username: string, ConfirmationCode: string) =>
      sdk.send(
        new ConfirmForgotPasswordCommand({ ClientId, Username, ConfirmationCode, Password: 'New-Horse-8' }),
      ),
    invite: (Username: string, values: Record<string, string>, mediums?: ('SMS' | 'EMAIL')[]) =>
      sdk.send(
        new AdminCreateUserCommand({
          UserPoolId,
          Username,
          UserAttributes: list(values),
          DesiredDeliveryMediums: mediums,
        }),
      ),
    update: (EmailConfiguration: EmailConfigurationType) =>
      sdk.send(
        new UpdateUserPoolCommand({ UserPoolId, AutoVerifiedAttributes: ['email'], EmailConfiguration }),
      ),
    async person(Username: string) {
      const user = await sdk.send(new AdminGetUserCommand({ UserPoolId, Username }));
      const attributes = Object.fromEntries(
        (user.UserAttributes ?? []).map(({ Name, Value }) => [Name, Value]),
      );
      return { status: user.UserStatus, attributes };
    },
  };
}

const codeIn = (text = '') => /\b\d{6}\b/.exec(text)?.[0] ?? assert.fail(`a code in ${text}`);
const both = { email: 'mia@example.com', phone_number: PHONE };

test('USR-19 USR-29 USR-34 USR-161 who signs up with both contacts is sent a text message, and confirms the telephone by it', async () => {
  const pool = await open(kept, { AutoVerifiedAttributes: ['email', 'phone_number'] });
  const { CodeDeliveryDetails, UserConfirmed } = await pool.signUp('maria', both);
  assert.equal(UserConfirmed, false);
  assert.deepEqual(CodeDeliveryDetails, {
    AttributeName: 'phone_number',
    DeliveryMedium: 'SMS',
    Destination: '+*******0100',
  });
  const [message] = await kept.mailbox();
  assert.deepEqual(Object.keys(message ?? {}).toSorted(), ['at', 'medium', 'text', 'to']);
  assert.equal(message?.to, PHONE);
  assert.match(message.text, /^Your verification code is \d{6}\.$/);
  await pool.confirm('maria', codeIn(message.text));
  const { status, attributes } = await pool.person('maria');
  assert.equal(status, 'CONFIRMED');
  assert.equal(attributes['phone_number_verified'], 'true');
  assert.equal(attributes['email_verified'], 'false');

  const again = await pool.forgot('maria');
  assert.equal(again.CodeDeliveryDetails?.DeliveryMedium, 'SMS');
  await pool.reset('maria', codeIn((await kept.mailbox())[0]?.text));
});

test('USR-226 each text of the pool is the one that is sent, with its placeholders filled', async () => {
  const pool = await open(kept, {
    AutoVerifiedAttributes: ['phone_number'],
    SmsVerificationMessage: 'Acme: {####} is your code',
    AdminCreateUserConfig: {
      InviteMessageTemplate: {
        SMSMessage: 'Acme: {username}, enter {####}',
        EmailMessage: '<b>{username}</b> {####}',
      },
    },
    SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::000000000000:role/sms', ExternalId: 'acme' },
  });
  await pool.signUp('noa', { phone_number: PHONE });
  assert.match((await kept.mailbox())[0]?.text ?? '', /^Acme: \d{6} is your code$/);
  await pool.resend('noa');
  await pool.confirm('noa', codeIn((await kept.mailbox())[0]?.text));
  await pool.invite('zoe', both, ['SMS', 'EMAIL']);
  const invited = (await kept.mailbox()).slice(0, 2);
  const [byMail, bySms] = ['mia@example.com', PHONE].map((to) => invited.find((one) => one.to === to));
  assert.match(bySms?.text ?? '', /^Acme: zoe, enter \S+$/);
  assert.match(byMail?.html ?? '', /<b>zoe<\/b> \S+/);
  const { UserPool } = await pool.sdk.send(new DescribeUserPoolCommand({ UserPoolId: pool.UserPoolId }));
  assert.equal(UserPool?.SmsVerificationMessage, 'Acme: {####} is your code');
  assert.deepEqual(UserPool.SmsConfiguration, {
    SnsCallerArn: 'arn:aws:iam::000000000000:role/sms',
    ExternalId: 'acme',
  });
});

test('USR-71 an invitation goes by SMS unless told otherwise, by e-mail, or by both', async () => {
  const pool = await open(kept);
  const received = async (Username: string, mediums?: ('SMS' | 'EMAIL')[]) => {
    const before = await kept.mailbox();
    await pool.invite(Username, both, mediums);
    const sent = (await kept.mailbox()).slice(0, -before.length || undefined);
    assert.ok(
      sent.every(({ text }) => text.includes(`Your username is ${Username} and temporary password is `)),
    );
    return sent.map(({ to }) => to).toSorted();
  };
  assert.deepEqual(await received('a'), [PHONE]);
  assert.deepEqual(await received('b', ['EMAIL']), ['mia@example.com']);
  assert.deepEqual(await received('c', ['SMS', 'EMAIL']), [PHONE, 'mia@example.com']);
});

test('the gateway is handed what to send whom, signed, and asked again with the same id when it is busy', async () => {
  const pool = await open(sending, {
    AutoVerifiedAttributes: ['phone_number'],
    SmsConfiguration: {
      SnsCallerArn: 'arn:aws:iam::000000000000:role/sms',
      ExternalId: 'acme',
      SnsRegion: 'eu-west-1',
    },
  });
  posted.length = 0;
  answers.push(503);
  await pool.signUp('maria', { phone_number: PHONE });
  assert.equal(posted.length, 2);
  const [first, second] = posted;
  assert.equal(first?.headers['webhook-id'], second?.headers['webhook-id']);
  const {
    'webhook-id': id,
    'webhook-timestamp': time,
    'webhook-signature': signature,
  } = second?.headers ?? {};
  const digest = createHmac('sha256', SECRET).update(`${id}.${time}.${second?.body}`).digest('base64');
  assert.equal(signature, `v1,${digest}`);
  const { data } = JSON.parse(second?.body ?? '');
  assert.equal(data.to, PHONE);
  assert.equal(data.kind, 'verification-code');
  assert.equal(data.pool, pool.UserPoolId);
  assert.deepEqual(data.configuration, {
    SnsCallerArn: 'arn:aws:iam::000000000000:role/sms',
    ExternalId: 'acme',
    SnsRegion: 'eu-west-1',
  });
  await pool.confirm('maria', codeIn(data.text));
});

test('USR-27 USR-160 USR-234 what is not delivered is told, and so is the end of a day’s messages; the account stands', async () => {
  const pool = await open(sending, { AutoVerifiedAttributes: ['phone_number'] });
  answers.push(400);
  await assert.rejects(pool.signUp('maria', { phone_number: PHONE }), {
    name: 'CodeDeliveryFailureException',
  });
  assert.equal((await pool.person('maria')).status, 'UNCONFIRMED');
  await pool.resend('maria');
  await pool.resend('maria');
  await assert.rejects(pool.resend('maria'), { name: 'LimitExceededException', message: /daily SMS limit/ });
  await assert.rejects(pool.signUp('noa', { phone_number: PHONE }), { name: 'LimitExceededException' });
  assert.equal((await pool.person('noa')).status, 'UNCONFIRMED');
});

test('USR-156 USR-157 USR-158 USR-159 USR-160 a pool sends through the common server or its own, under its own name', async () => {
  const pool = await open(sending, { AutoVerifiedAttributes: ['email'] });
  const mail = async (Username: string) => {
    const email = `${Username}@example.com`;
    await pool.signUp(Username, { email });
    const to = (server: MailServer) => server.mailbox().then((all) => all.find((one) => one.to === email));
    return { common: await to(common), own: await to(own) };
  };
  assert.equal((await mail('a')).common?.from, 'no-reply@localhost');

  const SourceArn = 'arn:aws:ses:us-east-1:000000000000:identity/orders@shop.example';
  await assert.rejects(pool.update({ EmailSendingAccount: 'DEVELOPER' }), {
    name: 'InvalidParameterException',
  });
  await pool.update({ EmailSendingAccount: 'DEVELOPER', SourceArn });
  const named = await mail('b');
  assert.equal(named.own?.from, 'orders@shop.example');
  assert.equal(named.common, undefined);
  await pool.update({ EmailSendingAccount: 'DEVELOPER', SourceArn, From: 'Shop <hello@shop.example>' });
  assert.equal((await mail('c')).own?.from, 'hello@shop.example');

  await pool.update({ EmailSendingAccount: 'COGNITO_DEFAULT' });
  assert.ok((await mail('d')).common);
  assert.ok((await mail('e')).common);
  await assert.rejects(mail('f'), {
    name: 'LimitExceededException',
    message: /^Exceeded daily email limit for the operation or the account\./,
  });
  await pool.update({ EmailSendingAccount: 'DEVELOPER', SourceArn });
  assert.ok((await mail('g')).own);
});

test('the gateway in docs/messages.md sends what is genuine, and refuses everything else', async (t) => {
  const page = readFileSync(new URL('../docs/messages.md', import.meta.url), 'utf8');
  const [, source = ''] = /```js\n([\s\S]*?)```/.exec(page) ?? [];
  const folder = mkdtempSync(join(tmpdir(), 'foyer-gateway-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  // Amazon is not there in a test: what it would be sent is a line of the output.
  const stub = `class SNSClient { async send({ input }) { console.log(JSON.stringify(input)); } }
class PublishCommand { constructor(input) { this.input = input; } }`;
  const program = source
    .replace(/import \{ PublishCommand.*\n/, `${stub}\n`)
    .replace(
      /\.listen\(8080\);/,
      `.listen(0, '127.0.0.1', function () { console.log(this.address().port); });`,
    );
  writeFileSync(join(folder, 'gateway.mjs'), program);
  const child = spawn(process.execPath, [join(folder, 'gateway.mjs')], {
    env: { PATH: process.env.PATH, FOYER_SMS_SECRET: SECRET },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill());
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const url = `http://127.0.0.1:${(await lines.next()).value}/`;
  const sms = { to: PHONE, text: 'Your code is 604218.', kind: 'verification-code', pool: 'us-east-1_A' };
  await openSmsWebhook({ url, secret: SECRET }).send(sms);
  assert.deepEqual(JSON.parse(String((await lines.next()).value)), {
    PhoneNumber: PHONE,
    Message: 'Your code is 604218.',
  });
  await assert.rejects(openSmsWebhook({ url, secret: `${SECRET}x` }).send(sms), /answered 401/);
  assert.equal((await fetch(url, { method: 'POST', body: '{}' })).status, 401);
});
