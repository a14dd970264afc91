/** Who holds no access key administers nothing: not with a token, a session, a client's secret, or a signature of another call. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  AdminCreateUserCommand,
  CognitoIdentityProviderClient,
  type CognitoIdentityProviderClientConfig,
  DescribeUserPoolCommand,
  ListUserPoolClientsCommand,
  ListUsersCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { USER_POOLS } from '../../server/api/model/models.ts';
import { userPoolOperations } from '../../server/api/user-pools/index.ts';
import { openHttpSession } from '../http-session.ts';
import { hostedAt, redeem, signUpAndConfirm } from '../person.ts';
import { startFoyer } from '../start.ts';
import { STORY, storyPool } from '../story-pool.ts';

const foyer = await startFoyer({ poolFile: storyPool() });
const hosted = hostedAt(foyer);
const credentials = { accessKeyId: foyer.accessKeyId, secretAccessKey: foyer.secretAccessKey };
const apiOf = (config: CognitoIdentityProviderClientConfig = {}) =>
  new CognitoIdentityProviderClient({
    region: 'us-east-1',
    endpoint: foyer.url,
    credentials,
    maxAttempts: 1,
    ...config,
  });
const api = apiOf();

const session = openHttpSession();
const { body: tokens } = await redeem(hosted, await signUpAndConfirm(foyer, 'mia@example.com', session));
/** By the model of the service, whatever the operation itself says. */
const signed = userPoolOperations
  .map(({ name }) => name)
  .filter((name) => USER_POOLS.operations[name]?.auth !== 'none')
  // Who calls it proves the client by its secret; it gives what the client may have, and administers nothing.
  .filter((name) => name !== 'GetClientToken');

/** Enough for any of the operations to find something that it could change or show. */
const INPUT = {
  UserPoolId: STORY.poolId,
  ClientId: STORY.webClient,
  Username: 'mia@example.com',
  PoolName: 'Mine',
  ClientName: 'Mine',
  Domain: STORY.domain,
  Identifier: 'orders',
  Name: 'Mine',
  Password: 'Attackers-Horse-8',
  Permanent: true,
  MaxResults: 10,
  ResourceArn: `arn:aws:cognito-idp:us-east-1:000000000000:userpool/${STORY.poolId}`,
  Tags: { mine: 'yes' },
  TagKeys: ['mine'],
  CustomAttributes: [{ Name: 'mine', AttributeDataType: 'String' }],
  AccessToken: tokens['access_token'],
};

async function call(
  operation: string,
  headers: Record<string, string> = {},
  body = JSON.stringify(INPUT),
): Promise<string> {
  const answer = await fetch(foyer.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
      ...headers,
    },
    body,
  });
  const text = await answer.text();
  assert.ok(!text.includes('mia@') && !text.includes(STORY.webSecret), text);
  return `${answer.status} ${JSON.parse(text).__type}`;
}

/** What an attack would have changed. */
async function everything(): Promise<unknown> {
  const [pool, users, clients] = await Promise.all([
    api.send(new DescribeUserPoolCommand({ UserPoolId: STORY.poolId })),
    api.send(new ListUsersCommand({ UserPoolId: STORY.poolId })),
    api.send(new ListUserPoolClientsCommand({ UserPoolId: STORY.poolId, MaxResults: 60 })),
  ]);
  return { pool: pool.UserPool, users: users.Users, clients: clients.UserPoolClients };
}
const before = await everything();

test('ATK-52 SEC-08 no operation of administration is done for someone who signs in, for an application, or for nobody', async () => {
  assert.ok(signed.length >= 30);
  const cookie = await session.jar.getCookieString(hosted);
  const machine = await fetch(`${hosted}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: STORY.machineClient,
      client_secret: STORY.webSecret,
    }),
  });
  const { access_token: machineToken } = (await machine.json()) as { access_token: string };
  const basic = Buffer.from(`${STORY.webClient}:${STORY.webSecret}`).toString('base64');
  const holders: Record<string, string>[] = [
    {},
    { cookie, origin: foyer.url },
    { authorization: `Bearer ${tokens['access_token']}` },
    { authorization: `Bearer ${tokens['id_token']}` },
    { authorization: String(tokens['access_token']) },
    { authorization: `Bearer ${machineToken}` },
    { authorization: `Basic ${basic}` },
    { 'x-forwarded-for': '127.0.0.1', 'x-real-ip': '127.0.0.1' },
  ];
  for (const operation of signed)
    for (const headers of holders) {
      const expected = headers['authorization']
        ? 'IncompleteSignatureException'
        : 'MissingAuthenticationTokenException';
      assert.equal(await call(operation, headers), `400 ${expected}`, operation);
    }
  assert.deepEqual(await everything(), before);
});

test('ATK-52 keys that are not known, and known ones with another secret, sign nothing', async () => {
  const create = new AdminCreateUserCommand({ UserPoolId: STORY.poolId, Username: 'eve@example.com' });
  const wrong: [string, string, string][] = [
    [foyer.accessKeyId, 'another-secret-of-forty-characters-000000', 'InvalidSignatureException'],
    [foyer.accessKeyId, foyer.secretAccessKey.toUpperCase(), 'InvalidSignatureException'],
    ['AKIAOFSOMEBODYELSE00', foyer.secretAccessKey, 'UnrecognizedClientException'],
    [foyer.accessKeyId.toLowerCase(), foyer.secretAccessKey, 'UnrecognizedClientException'],
    ['__proto__', foyer.secretAccessKey, 'UnrecognizedClientException'],
    [STORY.webClient, STORY.webSecret, 'UnrecognizedClientException'],
  ];
  for (const [accessKeyId, secretAccessKey, name] of wrong)
    await assert.rejects(apiOf({ credentials: { accessKeyId, secretAccessKey } }).send(create), { name });
  assert.deepEqual(await everything(), before);
});

test('ATK-52 the signature of a harmless call opens no other, and not the same with another body', async () => {
  let headers: Record<string, string> = {};
  let body = '';
  const listening = apiOf();
  listening.middlewareStack.add(
    (next) => async (args) => {
      const request = args.request as { headers: Record<string, string>; body: string };
      headers = { ...request.headers };
      body = request.body;
      return next(args);
    },
    { step: 'finalizeRequest', priority: 'low', name: 'listen' },
  );
  await listening.send(new DescribeUserPoolCommand({ UserPoolId: STORY.poolId }));
  assert.match(headers['authorization'] ?? '', /^AWS4-HMAC-SHA256 /);
  for (const name of ['host', 'content-length', 'x-amz-target', 'user-agent']) delete headers[name];

  assert.match(await call('DescribeUserPool', headers, body), /^200 /, 'it was heard right, and is good');
  for (const operation of signed)
    if (operation !== 'DescribeUserPool')
      assert.equal(await call(operation, headers, body), '400 InvalidSignatureException', operation);
  assert.equal(await call('DescribeUserPool', headers), '400 InvalidSignatureException');
  assert.equal(
    await call('DescribeUserPool', { ...headers, 'x-amz-more': 'x' }, body),
    '400 InvalidSignatureException',
  );
  await foyer.shiftClock(6 * 60_000);
  assert.equal(
    await call('DescribeUserPool', headers, body),
    '400 InvalidSignatureException',
    'it was good for minutes',
  );
  await foyer.shiftClock(-6 * 60_000);
});

test('ATK-52 other spellings of an operation are not it', async () => {
  const spellings = [
    'adminGetUser',
    'ADMINGETUSER',
    'AdminGetUser ',
    'AdminGetUser.',
    '.AdminGetUser',
    'Admin-Get-User',
    'AdminGetUser%00',
    '__proto__',
    'constructor',
    '',
  ];
  for (const operation of spellings)
    assert.match(
      await call(operation),
      /^400 (UnknownOperation|MissingAuthenticationToken)Exception$/,
      operation,
    );
  for (const path of [
    '/AdminGetUser',
    '//',
    '/?Action=AdminGetUser',
    `/${STORY.poolId}/users`,
    '/admin',
    `/${STORY.domain}/admin`,
  ]) {
    const { status } = await fetch(`${foyer.url}${path}`, {
      headers: { cookie: await session.jar.getCookieString(hosted) },
    });
    assert.equal(status, 404, path);
  }
  assert.deepEqual(await everything(), before);
});
