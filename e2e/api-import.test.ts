/**
 * Bringing people in from a CSV file, as an administrator's program does it: the AWS SDK for JavaScript, unmodified,
 * and an HTTP PUT to the address that the job shows. What a row may hold is tested beside the rule. Long, but one file:
 * each starts a Foyer of its own, on both sets of stores.
 */
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import {
  AdminCreateUserCommand,
  CognitoIdentityProviderClient,
  ConfirmForgotPasswordCommand,
  CreateUserPoolClientCommand,
  ForgotPasswordCommand,
  GetCSVHeaderCommand,
  InitiateAuthCommand,
  ListUserImportJobsCommand,
  ListUsersCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import bcrypt from 'bcrypt';
import { adminInTime, countsOf, hasEnded, openImportPool, people, person, put } from './import-pool.ts';
import { refused } from './sdk-application.ts';
import { type Foyer, startFoyer } from './start.ts';

const SECOND = 1000;
const HOUR = 3_600_000;
const PASSWORD = 'Corr3ct-Horse!';

let foyer: Foyer;
let sdk: CognitoIdentityProviderClient;
let shiftClocks: (ms: number) => Promise<void>;
before(async () => {
  foyer = await startFoyer();
  ({ sdk, shift: shiftClocks } = adminInTime(foyer));
});
const newPool = () => openImportPool(sdk);

test('USR-06 USR-125 USR-126 USR-128 USR-129 USR-152 people come in from a file, and the job says how it goes', async () => {
  const pool = await newPool();
  assert.equal(pool.CSVHeader.length, 22);
  assert.deepEqual(pool.CSVHeader.slice(-4), [
    'updated_at',
    'custom:team',
    'cognito:mfa_enabled',
    'cognito:username',
  ]);
  const JobName = 'Spring+2026=a,b.c@d-e';
  const made = await pool.create({ JobName });
  assert.equal(made.Status, 'Created');
  assert.equal(made.JobName, JobName);
  assert.equal(made.UserPoolId, pool.UserPoolId);
  assert.match(made.CloudWatchLogsRoleArn ?? '', /^arn:aws:iam::/);
  assert.deepEqual(countsOf(made), [0, 0, 0]);
  assert.ok(made.CreationDate instanceof Date && !made.StartDate && !made.CompletionDate);
  assert.ok(made.PreSignedUrl?.startsWith(`${foyer.url}/`));

  const columns = pool.CSVHeader.toReversed();
  const rows = [
    person('ana', {
      address: '1 Long Street\\, Madrid',
      'custom:team': '=HYPERLINK("x")',
      birthdate: '03/15/1990',
    }),
    person('bob', { email: 'nobody' }),
    person('ana'),
    person(' 名前 ', { email: 'namae@example.com' }),
  ];
  assert.equal((await put(made.PreSignedUrl, pool.file(rows, columns).replaceAll('\n', '\r\n'))).status, 200);
  const started = await pool.start(made.JobId);
  assert.equal(started.Status, 'Pending');
  assert.ok(started.StartDate instanceof Date);
  const ended = await pool.until(made.JobId ?? '', hasEnded);
  assert.equal(ended.Status, 'Succeeded');
  assert.deepEqual(countsOf(ended), [2, 1, 1]);
  assert.ok(ended.CompletionDate instanceof Date);

  const { UserStatus, Enabled, UserAttributes = [] } = await pool.get('ana');
  assert.deepEqual([UserStatus, Enabled], ['RESET_REQUIRED', true]);
  const { sub, ...attributes } = Object.fromEntries(UserAttributes.map(({ Name, Value }) => [Name, Value]));
  assert.match(sub ?? '', /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.deepEqual(attributes, {
    email: 'ana@example.com',
    email_verified: 'true',
    address: '1 Long Street, Madrid',
    birthdate: '03/15/1990',
    'custom:team': '=HYPERLINK("x")',
  });
  assert.equal((await pool.get('名前')).UserStatus, 'RESET_REQUIRED');
  assert.deepEqual(await foyer.mailbox(), []);
});

test('USR-150 USR-151 the log says what became of each line, and nothing of anybody', async () => {
  const pool = await newPool();
  const rows = [person('secret-name-1'), person('secret-name-1'), person('secret-name-2', { email: '' })];
  const JobId = await pool.begun(pool.file(rows));
  await pool.until(JobId, hasEnded);
  const logStream = `${JobId}/spring`;
  const seen = () => foyer.log().flatMap((line) => (line.includes(logStream) ? [JSON.parse(line)] : []));
  while (seen().length < 3) await pause(5);
  assert.deepEqual(
    seen().map(({ logGroup, msg }) => [logGroup, msg.split(' - ')[0]]),
    ['[SUCCEEDED] Line Number 2', '[SKIPPED] Line Number 3', '[FAILED] Line Number 4'].map((line) => [
      `/aws/cognito/userpools/${pool.UserPoolId}/Acme people`,
      line,
    ]),
  );
  assert.doesNotMatch(foyer.log().join('\n'), /secret-name/);
  assert.doesNotMatch(foyer.log().join('\n'), /signature=/);
});

test('USR-153 somebody who was imported is sent a code, chooses a password and signs in', async () => {
  const pool = await newPool();
  await pool.until(await pool.begun(pool.file([person('mia')])), hasEnded);
  const { UserPoolClient } = await sdk.send(
    new CreateUserPoolClientCommand({
      UserPoolId: pool.UserPoolId,
      ClientName: 'app',
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    }),
  );
  const ClientId = UserPoolClient?.ClientId;
  const signIn = () =>
    sdk.send(
      new InitiateAuthCommand({
        ClientId,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: 'mia', PASSWORD },
      }),
    );
  await refused(signIn(), 'PasswordResetRequiredException');
  await sdk.send(new ForgotPasswordCommand({ ClientId, Username: 'mia' }));
  const [mail] = await foyer.mailbox();
  assert.equal(mail?.to, 'mia@example.com');
  const [ConfirmationCode] = /\b\d{6}\b/.exec(mail.text) ?? [];
  await sdk.send(
    new ConfirmForgotPasswordCommand({ ClientId, Username: 'mia', ConfirmationCode, Password: PASSWORD }),
  );
  assert.ok((await signIn()).AuthenticationResult?.AccessToken);
});

test('somebody who brought the hash of a password signs in with it', async () => {
  const pool = await newPool();
  const columns = [...pool.CSVHeader, 'cognito:password_hash'];
  const rows = [
    person('mia', { 'cognito:password_hash': await bcrypt.hash(PASSWORD, 6) }),
    person('noa', { 'cognito:password_hash': 'not a hash' }),
  ];
  const JobId = await pool.begun(pool.file(rows, columns), { PasswordHashingAlgorithm: 'BCRYPT' });
  const ended = await pool.until(JobId, hasEnded);
  assert.equal(ended.PasswordHashingAlgorithm, 'BCRYPT');
  assert.deepEqual(countsOf(ended), [1, 0, 1]);
  assert.equal((await pool.get('mia')).UserStatus, 'CONFIRMED');
  const { UserPoolClient } = await sdk.send(
    new CreateUserPoolClientCommand({
      UserPoolId: pool.UserPoolId,
      ClientName: 'app',
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    }),
  );
  const signIn = (password: string) =>
    sdk.send(
      new InitiateAuthCommand({
        ClientId: UserPoolClient?.ClientId,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: 'mia', PASSWORD: password },
      }),
    );
  await refused(signIn(`${PASSWORD}x`), 'NotAuthorizedException');
  for (const _ of ['with the hash that was brought', 'with its successor'])
    assert.ok((await signIn(PASSWORD)).AuthenticationResult?.AccessToken);
});

test('USR-134 jobs are listed from the newest, page by page, and a page is asked for', async () => {
  const pool = await newPool();
  const made: string[] = [];
  for (let n = 0; n < 5; n++) made.unshift((await pool.create()).JobId ?? '');
  const { UserPoolId } = pool;
  const listed: string[] = [];
  let PaginationToken: string | undefined;
  do {
    const page = await sdk.send(
      new ListUserImportJobsCommand({ UserPoolId, MaxResults: 2, PaginationToken }),
    );
    assert.ok((page.UserImportJobs?.length ?? 0) <= 2);
    listed.push(...(page.UserImportJobs ?? []).map(({ JobId }) => JobId ?? ''));
    PaginationToken = page.PaginationToken;
  } while (PaginationToken);
  assert.deepEqual(listed.toSorted(), made.toSorted());
  assert.deepEqual(listed, listed.toSorted(), 'the newest sorts first');
  const list = (input: object) => sdk.send(new ListUserImportJobsCommand({ UserPoolId, ...input } as never));
  await refused(list({}), 'InvalidParameterException');
  await refused(list({ MaxResults: 61 }), 'InvalidParameterException');
  await refused(list({ MaxResults: 1, PaginationToken: 'made-up' }), 'InvalidParameterException');
});

test('USR-128 USR-131 what is not a job, or cannot start, is refused', async () => {
  const pool = await newPool();
  for (const JobName of ['', 'a/b', 'x'.repeat(129)])
    await refused(pool.create({ JobName }), 'InvalidParameterException');
  await refused(
    pool.create({ CloudWatchLogsRoleArn: 'a role of mine, somewhere' }),
    'InvalidParameterException',
  );
  await refused(pool.create({ PasswordHashingAlgorithm: 'MD5' as never }), 'InvalidParameterException');
  await refused(pool.create({ UserPoolId: 'us-east-1_Nowhere01' }), 'ResourceNotFoundException');
  await refused(pool.describe('import-none'), 'ResourceNotFoundException');
  await refused(pool.start('import-none'), 'ResourceNotFoundException');
  await refused(pool.start((await pool.create()).JobId), 'PreconditionNotMetException');
  const other = await newPool();
  const { JobId } = await other.create();
  for (const call of ['describe', 'start', 'stop'] as const)
    await refused(pool[call](JobId), 'ResourceNotFoundException');
  const unsigned = new CognitoIdentityProviderClient({
    endpoint: foyer.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIAUNKNOWN000000000', secretAccessKey: 'x' },
    maxAttempts: 1,
  });
  const { UserPoolId } = pool;
  await refused(unsigned.send(new GetCSVHeaderCommand({ UserPoolId })), 'UnrecognizedClientException');
});

test('USR-127 ATK-52 an address takes files for its own job only, by PUT only, for a quarter of an hour', async () => {
  const pool = await newPool();
  const [mine, other] = [await pool.create(), await pool.create()];
  const address = new URL(mine.PreSignedUrl ?? '');
  const { pathname: path, search: query } = address;
  const [mineId, otherId] = [mine.JobId ?? '', other.JobId ?? ''];
  const wrong: [path: string, status: number][] = [
    [`${path.replace(mineId, otherId)}${query}`, 403],
    [`${path}${new URL(other.PreSignedUrl ?? '').search}`, 403],
    [path, 403],
    [`${path}${query}&signature=x`, 403],
    [`${path}${query.replace('expires=', 'expires=9')}`, 403],
    [`${path}/..%2f..%2fusers.csv${query}`, 404],
    [`${path.replace('import-', '..%2fimport-')}${query}`, 404],
    [`${path}%00${query}`, 404],
  ];
  for (const [url, status] of wrong)
    assert.equal((await put(`${address.origin}${url}`, 'x')).status, status, url);
  for (const method of ['GET', 'POST', 'DELETE']) {
    const answer = await fetch(address, { method });
    assert.equal(answer.status, 405);
    assert.equal(answer.headers.get('allow'), 'PUT');
  }
  await refused(pool.start(mine.JobId), 'PreconditionNotMetException');
  assert.equal((await put(address.href, 'x')).status, 200);
  assert.equal(
    (await put(address.href, pool.file([person('second')]))).status,
    200,
    'again, before the start',
  );
  await pool.start(mine.JobId);
  assert.equal((await put(address.href, 'x')).status, 409);
  assert.deepEqual(countsOf(await pool.until(mine.JobId ?? '', hasEnded)), [1, 0, 0]);
  assert.equal((await pool.get('second')).UserStatus, 'RESET_REQUIRED');

  const audited = foyer.log().filter((line) => line.includes('"import-upload"') && line.includes(mineId));
  const outcomes = audited.map((line) => JSON.parse(line).outcome);
  assert.deepEqual(outcomes.toSorted(), [...Array(5).fill('refused'), 'success', 'success']);

  await shiftClocks(15 * 60 * SECOND);
  assert.equal((await put(other.PreSignedUrl, 'x')).status, 403);
  await shiftClocks(-15 * 60 * SECOND);
});

test('USR-146 a file that announces more than 100 MB is refused before it is sent', async () => {
  const { PreSignedUrl = '' } = await (await newPool()).create();
  const status = await new Promise((resolve, reject) => {
    const sending = request(PreSignedUrl, {
      method: 'PUT',
      headers: { 'content-length': 100 * 1024 * 1024 + 1 },
    });
    sending.on('response', (answer) => resolve(answer.resume().statusCode)).on('error', reject);
    sending.flushHeaders();
  });
  assert.equal(status, 413);
});

test('USR-132 a job that nobody starts expires', async () => {
  const pool = await newPool();
  const { JobId, PreSignedUrl } = await pool.create();
  assert.equal((await put(PreSignedUrl, pool.file(people(1)))).status, 200);
  await shiftClocks(24 * HOUR);
  assert.equal((await pool.describe(JobId)).Status, 'Expired');
  await refused(pool.start(JobId), 'PreconditionNotMetException');
  await shiftClocks(-24 * HOUR);
});

test('a user who was there is left as they were', async () => {
  const pool = await newPool();
  const { UserPoolId } = pool;
  await sdk.send(new AdminCreateUserCommand({ UserPoolId, Username: 'mia', MessageAction: 'SUPPRESS' }));
  const before = await sdk.send(new ListUsersCommand({ UserPoolId }));
  const JobId = await pool.begun(pool.file([person('noa'), person('mia', { name: 'Another' })]));
  assert.deepEqual(countsOf(await pool.until(JobId, hasEnded)), [1, 1, 0]);
  const { Users } = await sdk.send(new ListUsersCommand({ UserPoolId, Filter: 'username = "mia"' }));
  assert.deepEqual(Users, before.Users);
});
