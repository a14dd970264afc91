/**
 * Every operation of the list with everything that it should refuse: made from the service's own model, so that an
 * operation that lands is walked as it is. What operations do with right input is told in the other `api-*` files.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shapeOf, USER_POOLS } from '../server/api/model/models.ts';
import type { Operation } from '../server/api/operation.ts';
import { userPoolOperations } from '../server/api/user-pools/index.ts';
import { faultsOf, MARK, pastLimits, wrongTypes } from './bad-input/faults.ts';
import { fittingInput } from './bad-input/fitting.ts';
import { openHttpSession } from './http-session.ts';
import { callbackOf, openSignIn, PASSWORD, redeem } from './person.ts';
import { type ApiAnswer, callApi, type SendOptions } from './signed-call.ts';
import { startFoyer } from './start.ts';
import { STORY, storyPool } from './story-pool.ts';

const MINE = { UserPoolId: STORY.poolId, ClientId: STORY.publicClient, Username: 'mia@example.com' };
/** What another pool of the same installation has, and the story's has not. */
const THEIRS = {
  UserPoolId: 'us-east-1_OtherPool',
  ClientId: 'otherpoolclient00000000001',
  Username: 'max@example.com',
  Identifier: 'theirs',
  Domain: 'theirs',
};
const [story] = storyPool({
  users: [MINE.Username, 'gone@example.com'].map((username) => ({
    username,
    password: PASSWORD,
    attributes: { email: username },
  })),
}).pools;
assert.ok(story);
for (const { settings } of story.clients)
  if (settings.AllowedOAuthFlows[0] === 'code')
    Object.assign(settings, { ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] });
const theirs = {
  id: THEIRS.UserPoolId,
  domain: THEIRS.Domain,
  settings: { PoolName: 'Theirs', UsernameAttributes: ['email'] },
  resourceServers: [{ Identifier: THEIRS.Identifier, Name: 'Theirs', Scopes: [] }],
  clients: [{ id: THEIRS.ClientId, settings: { ClientName: 'Theirs' } }],
  users: [{ username: THEIRS.Username, password: PASSWORD, attributes: { email: THEIRS.Username } }],
};
const foyer = await startFoyer({
  poolFile: { pools: [story, theirs] },
  // Thousands of calls from one address.
  env: { FOYER_LIMIT_CLIENT_FAILURES_PER_ADDRESS: '0' },
});
const keys = { accessKeyId: foyer.accessKeyId, secretAccessKey: foyer.secretAccessKey };
const hosted = `${foyer.url}/${STORY.domain}`;

const operations: readonly Operation[] = userPoolOperations;
const withMember = (name: string) =>
  operations.filter((operation) => inputOf(operation).members?.[name] !== undefined);
const inputOf = ({ name }: Operation) => shapeOf(USER_POOLS, USER_POOLS.operations[name]?.input ?? '');

/** As whoever may call it. */
const send = (operation: Operation, input: object | string, options: SendOptions = {}) =>
  callApi(foyer.url, operation.name, input, {
    keys: operation.access === 'signed' ? keys : undefined,
    ...options,
  });

const COMMON = ['SerializationException', 'TooManyRequestsException'];
const SECRETS = [MARK, STORY.webSecret, PASSWORD, keys.secretAccessKey];

/** Demands a refusal by a name that the operation may give, and that tells no secret. */
function refused(operation: Operation, answer: ApiAnswer, what: string, ...types: string[]): void {
  const told = `${operation.name}, ${what}: ${answer.status} ${answer.type} ${answer.message.slice(0, 300)}`;
  assert.equal(answer.status, 400, told);
  const allowed = types.length
    ? types
    : [...(USER_POOLS.operations[operation.name]?.errors ?? []), ...COMMON];
  assert.ok(allowed.includes(answer.type) && answer.type !== 'InternalErrorException', told);
  assert.notEqual(answer.message, '', told);
  for (const secret of SECRETS) assert.ok(!answer.text.includes(secret), `a secret is told: ${told}`);
}

/** Everything that a call could have changed. */
async function state(): Promise<unknown> {
  const read = async (operation: string, input: object) => {
    const answer = await callApi(foyer.url, operation, input, { keys });
    assert.equal(answer.status, 200, answer.text);
    return answer.body;
  };
  return Promise.all([
    read('ListUserPools', { MaxResults: 60 }),
    ...[MINE, THEIRS].flatMap(({ UserPoolId }) => [
      read('DescribeUserPool', { UserPoolId }),
      read('ListUsers', { UserPoolId }),
      read('ListUserPoolClients', { UserPoolId }),
      read('ListResourceServers', { UserPoolId, MaxResults: 50 }),
    ]),
  ]);
}

/** A few at a time: each is quick, and there are thousands. */
async function each<T>(items: Iterable<T>, work: (item: T) => Promise<void>): Promise<number> {
  const waiting = [...items];
  const { length } = waiting;
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  return length;
}

const before = await state();

test('a value of another JSON type, at any place of any input, is a fault of serialization', async () => {
  for (const operation of operations) {
    const walked = await each(faultsOf(operation.name, wrongTypes, MINE), async ({ value, path, what }) =>
      refused(
        operation,
        await send(operation, value as object),
        `${path}: ${what}`,
        'SerializationException',
      ),
    );
    assert.ok(walked > 0, operation.name);
  }
  assert.deepEqual(await state(), before);
});

test('OPS-128 a value one past any limit, at any place of any input, is told in the words of the service', async () => {
  for (const operation of operations) {
    await each(faultsOf(operation.name, pastLimits, MINE), async ({ value, path, what }) => {
      const answer = await send(operation, value as object);
      refused(operation, answer, `${path}: ${what}`, 'InvalidParameterException');
      assert.match(answer.message, /^\d+ validation errors? detected: Value/, `${path}: ${what}`);
      // Simple items of a list are told with the whole list.
      const places = [path, path.replace(/\.[^.]+\.member$/, '')];
      assert.ok(
        places.some((place) => answer.message.includes(` at '${place}' failed to satisfy constraint: M`)),
        `${operation.name}, ${path}: ${what}: ${answer.message}`,
      );
    });
  }
  assert.deepEqual(await state(), before);
});

test('what an operation requires is asked for, in an empty body too, and what nobody knows is not looked at', async () => {
  for (const operation of operations) {
    const { required = [] } = inputOf(operation);
    const answers = [
      await send(operation, '{}'),
      await send(operation, ''),
      await send(operation, { Unknown: MARK, __proto__: { UserPoolId: MARK }, constructor: { name: MARK } }),
    ];
    for (const answer of answers) {
      refused(operation, answer, 'an empty body');
      for (const name of required) {
        const label = name.charAt(0).toLowerCase() + name.slice(1);
        assert.match(
          answer.message,
          new RegExp(`Value null at '${label}' failed to satisfy constraint: Member must not be null`),
        );
      }
    }
    for (const name of required) {
      const input = { ...fittingInput(operation.name, MINE), [name]: null };
      refused(operation, await send(operation, input), `no ${name}`, 'InvalidParameterException');
    }
  }
  assert.deepEqual(await state(), before);
});

test('a body that is no JSON object, or is larger than 1 MB, reaches no operation', async () => {
  const bodies = ['{"UserPoolId":', '[]', 'null', '"x"', '1', `{"${MARK}"}`, '\u0000', '[['.repeat(50_000)];
  for (const operation of operations) {
    for (const body of bodies)
      refused(operation, await send(operation, body), body.slice(0, 20), 'SerializationException');
    const huge = await callApi(foyer.url, operation.name, `{"Unknown":"${MARK.repeat(90_000)}"}`);
    assert.deepEqual([huge.status, huge.type], [413, 'RequestEntityTooLargeException'], operation.name);
    const text = await callApi(foyer.url, operation.name, '{}', {
      headers: { 'content-type': 'text/plain' },
    });
    assert.deepEqual([text.status, text.type], [415, 'UnsupportedMediaTypeException'], operation.name);
  }
  assert.deepEqual(await state(), before);
});

test('OPS-181 SEC-08 a signed operation is done for a right signature only, and each fault has its name', async () => {
  const { secretAccessKey, accessKeyId } = keys;
  const wrong: [string, SendOptions][] = [
    ['MissingAuthenticationTokenException', { keys: undefined }],
    [
      'IncompleteSignatureException',
      { keys: undefined, headers: { authorization: 'AWS4-HMAC-SHA256 Credential=x' } },
    ],
    ['InvalidSignatureException', { keys: { accessKeyId, secretAccessKey: `${secretAccessKey}x` } }],
    ['UnrecognizedClientException', { keys: { accessKeyId: 'AKIAOFSOMEBODYELSE00', secretAccessKey } }],
    ['InvalidSignatureException', { clockAhead: 6 * 60_000 }],
    ['InvalidSignatureException', { clockAhead: -6 * 60_000 }],
  ];
  const signed = operations.filter(({ access }) => access === 'signed');
  for (const operation of signed)
    for (const [type, options] of wrong)
      refused(
        operation,
        await send(operation, fittingInput(operation.name, MINE), options),
        JSON.stringify(Object.keys(options)),
        type,
      );
  assert.deepEqual(await state(), before);
});

test('a pool that is not there, or is in another region, is not found by any operation', async () => {
  const named = withMember('UserPoolId').filter((operation) =>
    inputOf(operation).required?.includes('UserPoolId'),
  );
  assert.ok(named.length > 20);
  for (const operation of named) {
    for (const UserPoolId of ['us-east-1_Nowhere00', 'eu-west-1_StoryPool1']) {
      const input = fittingInput(operation.name, { ...MINE, UserPoolId });
      refused(operation, await send(operation, input), UserPoolId, 'ResourceNotFoundException');
    }
    if (operation.access === 'signed')
      refused(
        operation,
        await send(operation, fittingInput(operation.name, MINE), { region: 'eu-west-1' }),
        'signed for another region',
        'ResourceNotFoundException',
      );
  }
  assert.deepEqual(await state(), before);
});

test('what belongs to another pool is not there for a call that names this one', async () => {
  const { UserPoolId: _, ...foreign } = THEIRS;
  let walked = 0;
  for (const [name, value] of Object.entries(foreign))
    for (const operation of withMember(name)) {
      // What is made may be called as something in another pool is.
      if (!inputOf(operation).required?.includes('UserPoolId') || /Create/.test(operation.name)) continue;
      const input = { ...fittingInput(operation.name, { ...MINE, [name]: value }), [name]: value };
      refused(operation, await send(operation, input), `the other pool's ${name}`);
      walked += 1;
    }
  assert.ok(walked > 10);
  assert.deepEqual(await state(), before);
});

test('the token of a page is good for its own list: not another pool’s, another operation’s, nor made up', async () => {
  const lists = operations.flatMap((operation) =>
    ['NextToken', 'PaginationToken']
      .filter((name) => inputOf(operation).members?.[name])
      .map((name) => ({ operation, name })),
  );
  assert.ok(lists.length >= 15);
  const { access_token: AccessToken } = await tokensOf(MINE.Username);
  const first = await callApi(foyer.url, 'ListUserPools', { MaxResults: 1 }, { keys });
  const clients = { UserPoolId: MINE.UserPoolId, MaxResults: 1 };
  const second = await callApi(foyer.url, 'ListUserPoolClients', clients, { keys });
  const [ofPools, ofClients] = [first.body.NextToken as string, second.body.NextToken as string];
  assert.ok(ofPools && ofClients);
  const others = (operation: string) => [
    'x',
    'v1.AAAA',
    ...(operation === 'ListUserPools' ? [] : [ofPools]),
    ...(operation === 'ListUserPoolClients' ? [] : [ofClients]),
  ];
  for (const { operation, name } of lists) {
    const input = fittingInput(operation.name, { ...MINE, AccessToken, GroupName: 'editors' });
    for (const token of others(operation.name))
      refused(operation, await send(operation, { ...input, [name]: token }), name);
  }
  const theirClients = { UserPoolId: THEIRS.UserPoolId, NextToken: ofClients };
  const { type } = await callApi(foyer.url, 'ListUserPoolClients', theirClients, { keys });
  assert.equal(type, 'InvalidParameterException');
  assert.deepEqual(await state(), before);
});

/** What some operations take inside of a map that the model does not look into. */
const SIGNING_IN = {
  AuthFlow: 'USER_PASSWORD_AUTH',
  AuthParameters: { USERNAME: MINE.Username, PASSWORD },
  ChallengeName: 'NEW_PASSWORD_REQUIRED',
  ChallengeResponses: { USERNAME: MINE.Username, NEW_PASSWORD: 'Another-Horse-8' },
  Session: 'x'.repeat(40),
};

test('OPS-180 a client that is not there, and one with a secret that is not proven, is refused', async () => {
  const named = withMember('ClientId').filter(({ access }) => access === 'public');
  assert.ok(named.length >= 5);
  for (const operation of named) {
    const members = Object.keys(inputOf(operation).members ?? {});
    const more = Object.fromEntries(Object.entries(SIGNING_IN).filter(([name]) => members.includes(name)));
    const from = (ClientId: string) => ({
      ...fittingInput(operation.name, { ...MINE, ClientId }),
      ...more,
    });
    const unknown = await send(operation, from('nobodysclient0000000000001'));
    refused(operation, unknown, 'an unknown client', 'ResourceNotFoundException', 'UnauthorizedException');
    const unproven = from(STORY.webClient);
    const secrets = ['SecretHash', 'ClientSecret', 'Secret'].filter((name) => members.includes(name));
    for (const input of [
      unproven,
      ...secrets.map((name) => ({ ...unproven, [name]: 'x'.repeat(44) })),
      ...secrets.map((name) => ({ ...unproven, [name]: STORY.machineClient.padEnd(30, '0') })),
    ]) {
      const answer = await send(operation, input);
      refused(
        operation,
        answer,
        Object.keys(input).join(),
        'NotAuthorizedException',
        'UnauthorizedException',
      );
      assert.match(answer.message, /secret/i, operation.name);
    }
  }
  assert.deepEqual(await state(), before);
});

test('OPS-178 an operation that needs no signature is served whatever signature it has', async () => {
  for (const operation of operations.filter(({ access }) => access !== 'signed')) {
    const plain = await send(operation, '{}');
    for (const options of [
      { keys: { accessKeyId: 'AKIAOFSOMEBODYELSE00', secretAccessKey: 'x' } },
      { headers: { authorization: 'AWS4-HMAC-SHA256 nonsense' } },
      { headers: { authorization: 'Bearer x' } },
    ]) {
      const { status, type, message } = await send(operation, '{}', options);
      assert.deepEqual({ status, type, message }, { ...pick(plain) }, operation.name);
    }
  }
});
const pick = ({ status, type, message }: ApiAnswer) => ({ status, type, message });

/** What a person gets who signs in. */
const tokensOf = async (username: string, scope = 'openid aws.cognito.signin.user.admin') => {
  const session = openHttpSession();
  const page = await session.submit(await openSignIn(session, hosted, { scope }), {
    username,
    password: PASSWORD,
  });
  const code = callbackOf(await session.follow(page, hosted)).get('code') ?? '';
  return (await redeem(hosted, code)).body;
};

/** Tokens of a client and of a pool that are there no more. */
async function tokensOfThePast() {
  const admin = async (operation: string, input: object) => {
    const answer = await callApi(foyer.url, operation, input, { keys });
    assert.equal(answer.status, 200, answer.text);
    return answer.body;
  };
  const { UserPool } = await admin('CreateUserPool', { PoolName: 'Past' });
  const UserPoolId = UserPool.Id;
  const ExplicitAuthFlows = ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'];
  await admin('AdminCreateUser', { UserPoolId, Username: 'maria', MessageAction: 'SUPPRESS' });
  await admin('AdminSetUserPassword', {
    UserPoolId,
    Username: 'maria',
    Password: PASSWORD,
    Permanent: true,
  });
  const tokenOf = async () => {
    const made = await admin('CreateUserPoolClient', { UserPoolId, ClientName: 'app', ExplicitAuthFlows });
    const { ClientId } = made.UserPoolClient;
    const AuthParameters = { USERNAME: 'maria', PASSWORD };
    const input = { ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters };
    const { body } = await callApi(foyer.url, 'InitiateAuth', input);
    const { AccessToken } = body.AuthenticationResult;
    assert.equal((await callApi(foyer.url, 'GetUser', { AccessToken })).status, 200);
    return { ClientId, AccessToken: AccessToken as string };
  };
  const client = await tokenOf();
  await admin('DeleteUserPoolClient', { UserPoolId, ClientId: client.ClientId });
  const pool = await tokenOf();
  await admin('DeleteUserPool', { UserPoolId });
  return { ofClient: client.AccessToken, ofPool: pool.AccessToken };
}

test('USR-237 a pool tracks no devices, and knows no passkeys, for those who are signed in', async () => {
  const { access_token: AccessToken } = await tokensOf(MINE.Username);
  const { body } = await callApi(foyer.url, 'ListWebAuthnCredentials', { AccessToken });
  assert.deepEqual(body, { Credentials: [] });
  const onDevices = withMember('AccessToken').filter(({ name }) => /Devices?(Status)?$/.test(name));
  assert.equal(onDevices.length, 5);
  for (const operation of onDevices) {
    const input = { ...fittingInput(operation.name), AccessToken };
    refused(
      operation,
      await send(operation, input),
      'a right token',
      'InvalidUserPoolConfigurationException',
    );
  }
});

test('OPS-179 an access token that is none, is over, was revoked or is for something else opens no operation', async () => {
  const named = withMember('AccessToken').filter(({ access }) => access === 'access-token');
  const [mine, unscoped, revoked, gone] = await Promise.all([
    tokensOf(MINE.Username),
    tokensOf(MINE.Username, 'openid email'),
    tokensOf(MINE.Username),
    tokensOf('gone@example.com'),
  ]);
  const [head = '', claims = '', signature = ''] = mine['access_token']?.split('.') ?? [];
  const changed = (change: object) => {
    const all = { ...JSON.parse(Buffer.from(claims, 'base64url').toString()), ...change };
    return `${head}.${Buffer.from(JSON.stringify(all)).toString('base64url')}.${signature}`;
  };
  await fetch(`${hosted}/oauth2/revoke`, {
    method: 'POST',
    body: new URLSearchParams({ client_id: STORY.publicClient, token: revoked['refresh_token'] ?? '' }),
  });
  const deleted = { UserPoolId: STORY.poolId, Username: 'gone@example.com' };
  await callApi(foyer.url, 'AdminDeleteUser', deleted, { keys });
  const machine = await fetch(`${hosted}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: STORY.machineClient,
      client_secret: STORY.webSecret,
    }),
  });
  const ofMachine = (await machine.json()) as { access_token: string };
  assert.ok(ofMachine.access_token);
  const past = await tokensOfThePast();
  const unchanged = await state();

  const wrong: Record<string, string | undefined> = {
    'no token': 'x',
    'three dots': '...',
    'an ID token': mine['id_token'],
    'a refresh token': mine['refresh_token']?.replace(/[^A-Za-z0-9-_=.]/g, ''),
    'a token without the scope': unscoped['access_token'],
    'a token of a revoked grant': revoked['access_token'],
    'a token of somebody who was deleted': gone['access_token'],
    'a client’s own token': ofMachine.access_token,
    'a token of a client that was deleted': past.ofClient,
    'a token of a pool that was deleted': past.ofPool,
    'another pool as issuer': changed({ iss: `${foyer.url}/${THEIRS.UserPoolId}` }),
    'an issuer that is nowhere': changed({ iss: 'https://evil.test/us-east-1_Nowhere00' }),
    'another subject': changed({ sub: '0a1b2c3d-0a1b-4c3d-8e5f-0a1b2c3d4e5f' }),
    'no signature': `${head}.${claims}.`,
  };
  const refuse = async (what: string, AccessToken: string | undefined) => {
    for (const operation of named) {
      const input = { ...fittingInput(operation.name, MINE), AccessToken };
      const answer = await send(operation, input);
      refused(operation, answer, what, 'NotAuthorizedException');
      assert.ok(!answer.text.includes(signature), operation.name);
    }
  };
  for (const [what, token] of Object.entries(wrong)) await refuse(what, token);
  await foyer.shiftClock(61 * 60_000);
  await refuse('a token that is over', mine['access_token']);
  await foyer.shiftClock(-61 * 60_000);
  assert.deepEqual(await state(), unchanged);
});

test('no fault of ours, and nothing secret, is in the log after all this', () => {
  const faults = foyer.log().filter((line) => /"level":(50|60|"error"|"fatal")/.test(line));
  assert.deepEqual(faults, []);
  // The start prints the keys of development, for whoever develops.
  const lines = foyer.log().filter((line) => !line.includes('export AWS_'));
  for (const secret of SECRETS)
    assert.deepEqual(
      lines.filter((line) => line.includes(secret)),
      [],
    );
});
