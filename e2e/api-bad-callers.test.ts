/**
 * Every operation of the list, called by whoever may not: with signatures, clients and tokens that are none, are over, or
 * are another's. Bad input is told in `api-bad-input.test.ts`.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fittingInput } from './bad-input/fitting.ts';
import {
  foyer,
  hosted,
  inputOf,
  keys,
  logIsClean,
  MINE,
  operations,
  refused,
  send,
  state,
  THEIRS,
  tokensOf,
  withMember,
} from './bad-input/stage.ts';
import { PASSWORD } from './person.ts';
import { type ApiAnswer, callApi, type SendOptions } from './signed-call.ts';
import { STORY } from './story-pool.ts';

const before = await state();

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

test('no fault of ours, and nothing secret, is in the log after all this', logIsClean);
