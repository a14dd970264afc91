/**
 * Attacks on what an application's people do through the JSON API, at two processes in turn: what one process alone
 * remembers or forbids is no defence. The pages' own are beside this.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  AdminCreateUserCommand,
  AdminDisableUserCommand,
  AdminSetUserPasswordCommand,
  ChangePasswordCommand,
  type CognitoIdentityProviderClient,
  type CreateUserPoolClientCommandInput,
  type CreateUserPoolCommandInput,
  DeleteUserCommand,
  GetUserAttributeVerificationCodeCommand,
  GetUserCommand,
  RevokeTokenCommand,
  UpdateUserAttributesCommand,
  VerifyUserAttributeCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import {
  codeTo,
  list,
  openApplication,
  outcomes,
  PASSWORD,
  record,
  refused,
  sdkWithoutKeys,
} from '../sdk-application.ts';
import { storyPool } from '../story-pool.ts';
import { startTwoProcesses } from './two-processes.ts';

const NEW = 'Attackers-Horse-8';
const FIFTEEN_MINUTES = 15 * 60_000;
const service = await startTwoProcesses(storyPool());
const [one] = service.foyers;
const sdks = service.foyers.map(sdkWithoutKeys);
let sent = 0;
const either = {
  send: (command: unknown) => sdks[sent++ % 2]?.send(command as never),
} as unknown as Pick<CognitoIdentityProviderClient, 'send'>;

const open = (
  settings?: Partial<CreateUserPoolCommandInput>,
  client?: Partial<CreateUserPoolClientCommandInput>,
) => openApplication({ ...one, mailbox: service.mailbox }, settings, client, either);
const many = (times: number, call: (index: number) => Promise<unknown>) =>
  outcomes(Array.from({ length: times }, (_, index) => call(index)));
const times = (results: string[], what: string) => results.filter((result) => result === what).length;
const other = (code: string, index = 0) => String((Number(code) + 1 + index) % 1_000_000).padStart(6, '0');
const update = (AccessToken: string, values: Record<string, string>) =>
  either.send(new UpdateUserAttributesCommand({ AccessToken, UserAttributes: list(values) }));
const ask = (AccessToken: string, AttributeName = 'email') =>
  either.send(new GetUserAttributeVerificationCodeCommand({ AccessToken, AttributeName }));
const verify = (AccessToken: string, Code: string, AttributeName = 'email') =>
  either.send(new VerifyUserAttributeCommand({ AccessToken, AttributeName, Code }));
const changePassword = (AccessToken: string, PreviousPassword?: string) =>
  either.send(new ChangePasswordCommand({ AccessToken, PreviousPassword, ProposedPassword: NEW }));
const own = async (AccessToken: string) =>
  record((await either.send(new GetUserCommand({ AccessToken }))).UserAttributes);

test('ATK-24 a code is good for whom it was sent to, and for what it was sent for', async () => {
  const app = await open();
  const [attacker, victim] = ['attacker@example.com', 'victim@example.com'];
  await app.join('victim', victim);
  await app.signUp('attacker', { email: attacker });
  const confirmation = await codeTo(service, attacker);
  await app.forgot('victim');
  const victims = await codeTo(service, victim);
  if (confirmation !== victims)
    await refused(app.reset('victim', confirmation, NEW), 'CodeMismatchException');
  await app.confirm('attacker', confirmation);
  await app.forgot('attacker');
  const reset = await codeTo(service, attacker);
  const { access } = await app.signIn('attacker');
  await refused(verify(access, reset), 'ExpiredCodeException');
  await ask(access);
  const verification = await codeTo(service, attacker);
  if (verification !== reset) {
    await refused(app.reset('attacker', verification, NEW), 'CodeMismatchException');
    await refused(verify(access, reset), 'CodeMismatchException');
  }
  await refused(verify(access, verification, 'phone_number'), 'ExpiredCodeException');
  if (reset !== victims) await refused(app.reset('victim', reset, NEW), 'CodeMismatchException');
  await app.signIn('victim');
});

test('ATK-24 nobody makes an address of somebody else’s a proven one, or resets a password by an unproven one', async () => {
  const app = await open({ AliasAttributes: ['email'] });
  const { access } = await app.join('attacker', 'attacker-2@example.com');
  await ask(access);
  const code = await codeTo(service, 'attacker-2@example.com');
  await update(access, { email: 'victim-2@example.com' });
  if (code !== (await codeTo(service, 'victim-2@example.com')))
    await refused(verify(access, code), 'CodeMismatchException');
  assert.equal((await own(access)).email_verified, 'false');
  await refused(app.forgot('attacker'), 'InvalidParameterException');
  await refused(update(access, { email_verified: 'true' }), 'NotAuthorizedException');
  await refused(app.signIn('victim-2@example.com'), 'UserNotFoundException');
});

test('ATK-24 a reset code is void once the address that it went to is the account’s no more', async () => {
  const app = await open();
  const email = 'leaving@example.com';
  const { access } = await app.join('maria', email);
  await app.forgot('maria');
  const code = await codeTo(service, email);
  await update(access, { email: 'arrived@example.com' });
  await refused(app.reset('maria', code, NEW), 'ExpiredCodeException');
  await app.signIn('maria');
});

test('ATK-40 fifty codes at the same moment get five tries, wherever a code is taken', async () => {
  const app = await open();
  const email = 'guessed@example.com';
  await app.signUp('maria', { email });
  const doors: (() => Promise<[code: string, guess: (code: string) => Promise<unknown>]>)[] = [
    async () => [await codeTo(service, email), (code) => app.confirm('maria', code)],
    async () => {
      await app.forgot('maria');
      return [await codeTo(service, email), (code) => app.reset('maria', code, NEW)];
    },
    async () => {
      const { access } = await app.signIn('maria');
      await ask(access);
      return [await codeTo(service, email), (code) => verify(access, code)];
    },
  ];
  for (const door of doors) {
    const [code, guess] = await door();
    const results = await many(50, (index) => guess(other(code, index)));
    assert.equal(times(results, 'CodeMismatchException'), 5);
    assert.equal(times(results, 'LimitExceededException'), 45);
    await refused(guess(code), 'LimitExceededException');
    if (door === doors[0]) {
      await service.shiftClock(4 * FIFTEEN_MINUTES);
      await app.confirm('maria', code);
    }
  }
  await service.shiftClock(-4 * FIFTEEN_MINUTES);
});

test('ATK-40 ATK-42 ATK-46 a stolen token is no way to guess the password, and not enough to change it', async () => {
  const app = await open();
  const { access } = await app.join('maria', 'robbed@example.com');
  await refused(changePassword(access), 'NotAuthorizedException', 'Incorrect username or password.');
  const results = await many(30, (index) => changePassword(access, `Wrong-Horse-${index}`));
  assert.equal(times(results, 'done'), 0);
  // One guess after each lock: the next is twice as long, a minute at last.
  for (let i = 0; i < 6; i++) {
    await service.shiftClock(2 * 60_000);
    await refused(changePassword(access, `Wrong-Horse-${i}`), 'NotAuthorizedException');
  }
  const locked = 'Password attempts exceeded';
  await refused(app.signIn('maria'), 'NotAuthorizedException', locked);
  await refused(changePassword(access, PASSWORD), 'NotAuthorizedException', locked);
  await service.shiftClock(2 * FIFTEEN_MINUTES);
  await app.signIn('maria');
  await service.shiftClock(-2 * FIFTEEN_MINUTES - 12 * 60_000);
});

test('ATK-26 a code that comes twenty times at the same moment is used once', async () => {
  const app = await open();
  const email = 'once@example.com';
  await app.signUp('maria', { email });
  const code = await codeTo(service, email);
  assert.equal(times(await many(20, () => app.confirm('maria', code)), 'done'), 1);
  const { access } = await app.signIn('maria');
  await ask(access);
  const verification = await codeTo(service, email);
  assert.equal(times(await many(20, () => verify(access, verification)), 'done'), 1);
  await app.forgot('maria');
  const reset = await codeTo(service, email);
  const passwords = Array.from({ length: 10 }, (_, index) => `Correct-Horse-${100 + index}`);
  const results = await many(10, (index) => app.reset('maria', reset, passwords[index] ?? ''));
  assert.equal(times(results, 'done'), 1);
  await app.signIn('maria', passwords[results.indexOf('done')]);
  assert.equal(times(await many(5, () => app.signUp('paul')), 'done'), 1);
});

test('USR-180 USR-183 two who prove one address at the same moment: exactly one has it', async () => {
  const app = await open({ AliasAttributes: ['email'] });
  for (let round = 0; round < 5; round++) {
    const email = `contested-${round}@example.com`;
    await app.signUp(`new-${round}`, { email });
    const confirmation = await codeTo(service, email);
    const { access } = await app.join(`old-${round}`, `old-${round}@example.com`);
    await update(access, { email });
    const verification = await codeTo(service, email);
    const results = await outcomes([app.confirm(`new-${round}`, confirmation), verify(access, verification)]);
    assert.deepEqual(results.toSorted(), ['AliasExistsException', 'done']);
    const holder = await app.look(email);
    assert.equal(holder.Username, results[0] === 'done' ? `new-${round}` : `old-${round}`);
  }
});

test('USR-181 of five who take one address over at the same moment exactly one has it in the end', async () => {
  const app = await open({ AliasAttributes: ['email'] });
  const email = 'torn@example.com';
  const codes: string[] = [];
  for (let i = 0; i < 5; i++) {
    await app.signUp(`person-${i}`, { email });
    codes.push(await codeTo(service, email));
  }
  await many(5, (index) => app.confirm(`person-${index}`, codes[index] ?? '', true));
  const people = await Promise.all(codes.map((_, index) => app.look(`person-${index}`)));
  const proven = people.filter(({ UserAttributes }) => record(UserAttributes).email_verified === 'true');
  assert.equal(proven.length, 1);
  assert.equal((await app.look(email)).Username, proven[0]?.Username);
});

test('USR-187 USR-196 of many who take one name at the same moment exactly one has it', async () => {
  const byEmail = await open({ UsernameAttributes: ['email'], AutoVerifiedAttributes: [] });
  const people = await Promise.all(
    Array.from({ length: 6 }, async (_, index) => {
      const name = `person-${index}@example.com`;
      const { UserPoolId, administrator } = byEmail;
      await administrator.send(
        new AdminCreateUserCommand({ UserPoolId, Username: name, MessageAction: 'SUPPRESS' }),
      );
      const set = { UserPoolId, Username: name, Password: PASSWORD, Permanent: true };
      await administrator.send(new AdminSetUserPasswordCommand(set));
      return byEmail.signIn(name);
    }),
  );
  const email = 'wanted@example.com';
  const changed = await many(6, (index) => update(people[index]?.access ?? '', { email }));
  assert.equal(times(changed, 'done'), 1);
  assert.equal(times(changed, 'AliasExistsException'), 5);
  assert.equal((await own(people[changed.indexOf('done')]?.access ?? '')).email, email);

  const preferring = await open({ AliasAttributes: ['preferred_username'] });
  const { access } = await preferring.join('maria', 'maria-prefers@example.com');
  for (let round = 0; round < 10; round++) {
    const name = `name-${round}`;
    const results = await outcomes([preferring.signUp(name), update(access, { preferred_username: name })]);
    assert.ok(times(results, 'done') <= 1, results.join());
  }
});

test('ATK-47 a stranger is answered the same, whoever is named', async () => {
  const app = await open(
    { UsernameAttributes: ['email'] },
    { PreventUserExistenceErrors: 'ENABLED', ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'] },
  );
  const [nobody = '', waiting = '', proven = '', barred = '', unproven = ''] = [
    'nobody',
    'waited',
    'proven',
    'barred',
    'unsure',
  ].map((name) => `n-${name}@example.com`);
  await app.signUp(waiting);
  for (const name of [proven, barred, unproven]) {
    await app.signUp(name);
    if (name !== unproven) await app.confirm(name, await codeTo(service, name));
  }
  const { UserPoolId, administrator } = app;
  await administrator.send(new AdminDisableUserCommand({ UserPoolId, Username: barred }));
  const seen = async (call: Promise<unknown>) => {
    try {
      const { $metadata, ...answer } = (await call) as { $metadata: object };
      return answer;
    } catch (error) {
      const { name, message } = error as Error;
      return { name, message };
    }
  };
  const recovery = async (name: string) => {
    const answers: unknown[] = [];
    for (let i = 0; i < 7; i++) answers.push(await seen(app.forgot(name)));
    for (let i = 0; i < 7; i++) answers.push(await seen(app.reset(name, `00000${i}`, NEW)));
    return answers;
  };
  const expected = await recovery(nobody);
  for (const name of [waiting, proven, barred, unproven])
    assert.deepEqual(await recovery(name), expected, name);
  const confirming = async (name: string) => {
    const answers: unknown[] = [];
    for (let i = 0; i < 7; i++) answers.push(await seen(app.resend(name)));
    return answers;
  };
  assert.deepEqual(await confirming(waiting), await confirming('n-nobody2@example.com'));
});

test('no mailbox is flooded, and what was sent too often stays what it was', async () => {
  const app = await open();
  const email = 'flooded@example.com';
  await app.signUp('maria', { email });
  const results = await many(20, () => app.resend('maria'));
  assert.equal(times(results, 'done'), 5);
  assert.equal(times(results, 'LimitExceededException'), 15);
  assert.equal((await service.mailbox()).filter(({ to }) => to === email).length, 6);
});

test('ATK-11 ATK-52 a token acts on its own person in its own pool, whatever else is named', async () => {
  const here = await open();
  const there = await open();
  const mine = await here.join('maria', 'here@example.com', { nickname: 'Here' });
  const theirs = await there.join('maria', 'there@example.com', { nickname: 'There' });
  await update(mine.access, { nickname: 'Changed' });
  assert.equal((await own(theirs.access)).nickname, 'There');
  const revoke = { Token: theirs.refresh, ClientId: here.ClientId };
  await either.send(new RevokeTokenCommand(revoke));
  await own(theirs.access);
  const [head, body, mark] = mine.access.split('.');
  const claims = JSON.parse(Buffer.from(body ?? '', 'base64url').toString());
  for (const change of [
    { iss: claims.iss.replace(here.UserPoolId, there.UserPoolId) },
    { iss: `https://elsewhere.example.com/${here.UserPoolId}` },
    { sub: 'somebody-else' },
    { scope: 'openid' },
  ]) {
    const forged = Buffer.from(JSON.stringify({ ...claims, ...change })).toString('base64url');
    const AccessToken = `${head}.${forged}.${mark}`;
    await refused(either.send(new GetUserCommand({ AccessToken })), 'NotAuthorizedException');
    await refused(either.send(new DeleteUserCommand({ AccessToken })), 'NotAuthorizedException');
  }
  await own(mine.access);
});

test('names of attributes that are special to JavaScript are names like others', async () => {
  const app = await open();
  const { access } = await app.join('maria', 'special@example.com');
  for (const Name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    const UserAttributes = [{ Name, Value: 'x' }];
    await refused(
      either.send(new UpdateUserAttributesCommand({ AccessToken: access, UserAttributes })),
      'InvalidParameterException',
    );
  }
  assert.deepEqual(Object.keys(await own(access)).sort(), ['email', 'email_verified', 'sub']);
});
