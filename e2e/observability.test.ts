/** What an operator sees from outside while a person signs in: the audit, and the metrics at a port of their own. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import {
  AdminDeleteUserCommand,
  AdminSetUserPasswordCommand,
  AdminUserGlobalSignOutCommand,
  CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';
import { freePort } from './free-port.ts';
import { openHttpSession } from './http-session.ts';
import { type AuditLine, isCall, metricsAt } from './observed.ts';
import {
  authorizeUrl,
  callbackOf,
  hostedAt,
  mailedCode,
  openSignIn,
  PASSWORD,
  redeem,
  signIn,
  signUp,
  token,
} from './person.ts';
import { type Foyer, startFoyer } from './start.ts';
import { STORY, storyPool } from './story-pool.ts';

const EMAIL = 'mina.secret@example.com';
const NEW_PASSWORD = 'Another-Horse-8';
const secrets: string[] = [PASSWORD, NEW_PASSWORD, EMAIL, STORY.webSecret];
const metricsPort = await freePort();
let foyer: Foyer;
let account: string;
/** The request ids that the API answered with, in order. */
const requestIds: (string | undefined)[] = [];

const apiOf = (secretAccessKey: string) =>
  new CognitoIdentityProviderClient({
    endpoint: foyer.url,
    region: 'us-east-1',
    credentials: { accessKeyId: foyer.accessKeyId, secretAccessKey },
    maxAttempts: 1,
  });

before(async () => {
  foyer = await startFoyer({
    poolFile: storyPool(),
    env: {
      FOYER_AUDIT_FILE: 'audit.log',
      FOYER_METRICS_PORT: String(metricsPort),
    },
  });
  await story();
});

/** A person from sign-up to deletion, with every secret on the way kept. */
async function story(): Promise<void> {
  const hosted = hostedAt(foyer);
  const session = openHttpSession();
  const confirm = await signUp(session, hosted, EMAIL);
  const code = await mailedCode(foyer, EMAIL);
  await session.submit(confirm, { code: code === '000000' ? '000001' : '000000' }, /\/confirm\b/);
  await session.follow(await session.submit(confirm, { code }, /\/confirm\b/), hosted);
  const wrong = openHttpSession();
  await wrong.submit(await openSignIn(wrong, hosted), { username: EMAIL, password: 'Mistyped-Horse-7' });

  const again = callbackOf(await session.get(authorizeUrl(hosted))).get('code') ?? '';
  const authorizationCode = await signIn(hosted, EMAIL);
  const issued = (await redeem(hosted, authorizationCode)).body;
  const { access_token = '', id_token = '', refresh_token = '' } = issued;
  account = JSON.parse(Buffer.from(id_token.split('.')[1] ?? '', 'base64url').toString()).sub;
  await token(hosted, { grant_type: 'refresh_token', refresh_token });
  await token(hosted, { grant_type: 'refresh_token', refresh_token: 'made-up-token' });
  await token(hosted, { grant_type: 'a-grant-of-my-own' });
  await fetch(`${hosted}/oauth2/revoke`, {
    method: 'POST',
    body: new URLSearchParams({ token: refresh_token, client_id: STORY.publicClient }),
  });
  await session.get(
    `${hosted}/logout?client_id=${STORY.publicClient}&logout_uri=${encodeURIComponent('https://app.example.com/bye')}`,
  );
  const reset = await forgotPassword(hosted);
  secrets.push(
    code,
    reset,
    authorizationCode,
    again,
    access_token,
    id_token,
    refresh_token,
    'Mistyped-Horse-7',
  );
  secrets.push(foyer.secretAccessKey, 'made-up-token', 'a-grant-of-my-own');

  const api = apiOf(foyer.secretAccessKey);
  const user = { UserPoolId: STORY.poolId, Username: EMAIL };
  requestIds.push(
    (await api.send(new AdminSetUserPasswordCommand({ ...user, Password: NEW_PASSWORD }))).$metadata
      .requestId,
    (await api.send(new AdminUserGlobalSignOutCommand(user))).$metadata.requestId,
    (await api.send(new AdminDeleteUserCommand(user))).$metadata.requestId,
  );
  for (const client of [api, apiOf('not-the-secret-of-this-key')])
    await client
      .send(new AdminDeleteUserCommand(user))
      .catch(({ $metadata }) => requestIds.push($metadata.requestId));
}

/** Chooses a new password by mail; gives the code that was mailed. */
async function forgotPassword(hosted: string): Promise<string> {
  const session = openHttpSession();
  const page = await openSignIn(session, hosted);
  const link = /href="([^"]*\/forgotPassword[^"]*)"/.exec(page.body)?.[1]?.replaceAll('&amp;', '&') ?? '';
  const asked = await session.submit(await session.get(new URL(link, page.url).href), { username: EMAIL });
  const form = await session.follow(asked, hosted);
  const code = await mailedCode(foyer, EMAIL);
  await session.submit(form, { code, password: NEW_PASSWORD }, /confirmForgotPassword/);
  return code;
}

const auditLines = (): AuditLine[] =>
  readFileSync(join(foyer.dataFolder, '..', 'audit.log'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

test('the audit tells the story of a person, by ids', () => {
  const told = auditLines()
    .filter((line) => !isCall(line))
    .map(({ eventName, outcome, errorCode, requestParameters, additionalEventData: { sub } }) =>
      [eventName, outcome, errorCode, requestParameters?.['grantType'], sub === account && 'the account']
        .filter(Boolean)
        .join(' '),
    );
  assert.deepEqual(told, [
    'sign-up success the account',
    'sign-up-confirmation refused code-wrong the account',
    'sign-up-confirmation success the account',
    'sign-in success the account',
    'sign-in refused credentials-wrong the account',
    'single-sign-on success the account',
    'sign-in success the account',
    'token-issue success authorization_code the account',
    'token-issue success refresh_token the account',
    'token-issue refused invalid_grant refresh_token',
    'token-issue refused unsupported_grant_type',
    'token-revocation success',
    'sign-out success the account',
    'password-reset-request success',
    'password-reset success the account',
  ]);
  const entries = new Set<string>();
  for (const line of auditLines()) {
    assert.equal(line.audit, true);
    assert.ok(Math.abs(Date.parse(line.eventTime) - Date.parse(line.time)) < 2000);
    entries.add(line.eventID);
    if (line.userIdentity.type === 'AWSService') continue;
    assert.match(line.requestID, /^[0-9a-f-]{36}$/);
    assert.match(line.sourceIPAddress, /^(127\.0\.0\.1|::1)$/);
    assert.ok(line.userAgent);
  }
  assert.equal(entries.size, auditLines().length);
});

test('OPS-145 OPS-150 calls of the API are on record under the request id that their caller got', () => {
  const told = auditLines().filter((line) => isCall(line) && line.userIdentity.type !== 'AWSService');
  assert.deepEqual(
    told.map(({ eventName, errorCode, errorMessage, requestID, userIdentity, additionalEventData }) => ({
      eventName,
      errorCode,
      errorMessage: errorCode === 'InvalidSignatureException' ? undefined : errorMessage,
      requestID,
      accessKey: userIdentity.accessKeyId,
      pool: additionalEventData.userPoolId,
      whose: additionalEventData.sub,
    })),
    [
      ['AdminSetUserPassword'],
      ['AdminUserGlobalSignOut'],
      ['AdminDeleteUser'],
      ['AdminDeleteUser', 'UserNotFoundException', 'User does not exist.'],
      ['AdminDeleteUser', 'InvalidSignatureException', undefined],
    ].map(([eventName, errorCode, errorMessage], index) => ({
      eventName,
      errorCode,
      errorMessage,
      requestID: requestIds[index],
      accessKey: errorCode === 'InvalidSignatureException' ? undefined : foyer.accessKeyId,
      pool: errorCode === 'InvalidSignatureException' ? undefined : STORY.poolId,
      whose: errorCode === undefined ? account : undefined,
    })),
  );
});

test('OPS-144 no password, code, token, secret or address of mail is in the audit', () => {
  const text = JSON.stringify(auditLines());
  for (const secret of secrets) {
    assert.ok(secret.length >= 6);
    assert.ok(!text.includes(secret), `${secret.slice(0, 4)}... is in the audit`);
  }
});

test('the metrics count the same story by routes and results', async () => {
  const metrics = await metricsAt(metricsPort);
  const expected: Record<string, number> = {
    'foyer_sign_ins_total{result="success"}': 2,
    'foyer_sign_ins_total{result="credentials-wrong"}': 1,
    'foyer_token_answers_total{grant="authorization_code"}': 1,
    'foyer_token_answers_total{grant="refresh_token"}': 1,
    'foyer_request_duration_seconds_count{route="/oauth2/token",outcome="2xx"}': 2,
    'foyer_request_duration_seconds_count{route="/oauth2/token",outcome="4xx"}': 2,
    'foyer_request_duration_seconds_count{route="/signup",outcome="3xx"}': 1,
    'foyer_request_duration_seconds_count{route="/oauth2/authorize/:uid",outcome="3xx"}': 2,
    'foyer_request_duration_seconds_count{route="api/AdminDeleteUser",outcome="2xx"}': 1,
    'foyer_request_duration_seconds_count{route="api/AdminDeleteUser",outcome="4xx"}': 2,
    'foyer_password_hashes{state="waiting"}': 0,
    'foyer_mails_total{result="sent"}': 2,
  };
  for (const [name, value] of Object.entries(expected)) assert.equal(metrics.get(name), value, name);
  const stored = metrics.get('foyer_store_duration_seconds_count{door="accounts",verb="create"}');
  assert.equal(stored, 1);
  assert.ok(metrics.has('process_resident_memory_bytes'));
});

test('no label is made of what a request brings', async () => {
  const { status } = await fetch(`${hostedAt(foyer)}/a-path-that-is-made-up`);
  assert.equal(status, 404);
  const names = [...(await metricsAt(metricsPort)).keys()].join('\n');
  assert.match(names, /route="other",outcome="4xx"/);
  for (const part of ['made-up', STORY.domain, STORY.publicClient, STORY.poolId, 'example.com', account])
    assert.ok(!names.includes(part), part);
});

test('the public port shows no metrics, the port of the metrics nothing else', async () => {
  assert.equal((await fetch(`${foyer.url}/metrics`)).status, 404);
  for (const path of ['/', '/health/ready', '/dev/mailbox.json'])
    assert.equal((await fetch(`http://127.0.0.1:${metricsPort}${path}`)).status, 404);
});
