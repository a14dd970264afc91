/**
 * An application changes its client secret without an interruption, and a client gets tokens for itself, through the
 * AWS SDK for JavaScript and the token endpoint, against a Foyer of its own.
 */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { before, test } from 'node:test';
import {
  AddUserPoolClientSecretCommand,
  type CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  type CreateUserPoolClientCommandInput,
  DeleteUserPoolClientSecretCommand,
  DescribeUserPoolClientCommand,
  ForgotPasswordCommand,
  GetClientTokenCommand,
  ListUserPoolClientSecretsCommand,
  RevokeTokenCommand,
  UpdateUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { administratorOf } from './sdk-application.ts';
import { type Foyer, startFoyer } from './start.ts';
import { STORY, storyPool } from './story-pool.ts';

const UserPoolId = STORY.poolId;
let foyer: Foyer;
let sdk: CognitoIdentityProviderClient;
before(async () => {
  foyer = await startFoyer({ poolFile: storyPool() });
  sdk = administratorOf(foyer);
});

const machine = (more: Partial<CreateUserPoolClientCommandInput> = {}) => ({
  UserPoolId,
  ClientName: 'Machine',
  GenerateSecret: true,
  AllowedOAuthFlowsUserPoolClient: true,
  AllowedOAuthFlows: ['client_credentials' as const],
  AllowedOAuthScopes: ['orders/read'],
  ...more,
});

async function newClient(settings: CreateUserPoolClientCommandInput = machine()) {
  const { UserPoolClient } = await sdk.send(new CreateUserPoolClientCommand(settings));
  const { ClientId = '', ClientSecret: secret = '' } = UserPoolClient ?? {};
  const names = { UserPoolId, ClientId };
  return {
    ClientId,
    secret,
    add: async (ClientSecret?: string) => {
      const answer = await sdk.send(new AddUserPoolClientSecretCommand({ ...names, ClientSecret }));
      return answer.ClientSecretDescriptor ?? assert.fail();
    },
    list: async () => (await sdk.send(new ListUserPoolClientSecretsCommand(names))).ClientSecrets ?? [],
    remove: (ClientSecretId = '') =>
      sdk.send(new DeleteUserPoolClientSecretCommand({ ...names, ClientSecretId })),
    described: async () => (await sdk.send(new DescribeUserPoolClientCommand(names))).UserPoolClient,
    /** What the token endpoint says to a client with this secret, sent either way. */
    token: async (given: string, way: 'basic' | 'post' = 'basic') => {
      const form = new URLSearchParams({ grant_type: 'client_credentials' });
      const headers: Record<string, string> = {};
      if (way === 'basic')
        headers['authorization'] = `Basic ${Buffer.from(`${ClientId}:${given}`).toString('base64')}`;
      else
        for (const [name, value] of [
          ['client_id', ClientId],
          ['client_secret', given],
        ] as const)
          form.set(name, value);
      const response = await fetch(`${foyer.url}/${STORY.domain}/oauth2/token`, {
        method: 'POST',
        headers,
        body: form,
      });
      const { error } = (await response.json()) as { error?: string };
      return error ?? response.status;
    },
    get: async (Secret: string, Scopes?: string[]) =>
      (await sdk.send(new GetClientTokenCommand({ ClientId, Secret, Scopes }))).ClientAuthenticationResult,
    /** A call in which an application proves its secret by a hash. */
    forgot: (given: string) => {
      const Username = 'nobody@example.com';
      const SecretHash = createHmac('sha256', given)
        .update(Username + ClientId)
        .digest('base64');
      return sdk.send(new ForgotPasswordCommand({ ClientId, Username, SecretHash }));
    },
  };
}

const SECOND = 'another-secret-of-26-chars'.replaceAll('-', '_');
const notAuthorized = { name: 'NotAuthorizedException' };

test('two secrets are as good as each other at every endpoint, until one is deleted', async () => {
  const client = await newClient(machine({ PreventUserExistenceErrors: 'ENABLED' }));
  const { ClientSecretValue: second = '', ClientSecretId, ClientSecretCreateDate } = await client.add();
  assert.match(second, /^[a-z0-9]{51}$/);
  assert.match(ClientSecretId ?? '', new RegExp(`^${client.ClientId}--\\d+$`));
  assert.ok(ClientSecretCreateDate instanceof Date);
  const works = async (given: string) => {
    for (const way of ['basic', 'post'] as const) assert.equal(await client.token(given, way), 200);
    assert.ok((await client.get(given))?.AccessToken);
    await client.forgot(given);
    await sdk.send(
      new RevokeTokenCommand({ ClientId: client.ClientId, ClientSecret: given, Token: 'unknown' }),
    );
  };
  const fails = async (given: string) => {
    for (const way of ['basic', 'post'] as const)
      assert.equal(await client.token(given, way), 'invalid_client');
    await assert.rejects(client.get(given), notAuthorized);
    await assert.rejects(client.forgot(given), notAuthorized);
    const Token = 'unknown';
    await assert.rejects(
      sdk.send(new RevokeTokenCommand({ ClientId: client.ClientId, ClientSecret: given, Token })),
      { name: 'UnauthorizedException' },
    );
  };
  await works(client.secret);
  await works(second);
  await fails(SECOND);

  const [first] = await client.list();
  await client.remove(first?.ClientSecretId);
  await fails(client.secret);
  await works(second);
  assert.equal((await client.described())?.ClientSecret, second);
});

test('a secret is told once, to whoever had it made; lists name the secrets and tell none', async () => {
  const client = await newClient();
  const own = await client.add(SECOND);
  assert.equal(own.ClientSecretValue, undefined);
  assert.equal(await client.token(SECOND), 200);
  const secrets = await client.list();
  assert.equal(secrets.length, 2);
  assert.equal(secrets[1]?.ClientSecretId, own.ClientSecretId);
  for (const secret of secrets) {
    assert.equal(secret.ClientSecretValue, undefined);
    assert.ok(secret.ClientSecretCreateDate instanceof Date);
  }
});

test('there is no third secret, no secret twice, no last one to delete, and none for a public client', async () => {
  const client = await newClient();
  const invalid = { name: 'InvalidParameterException' };
  await assert.rejects(client.add(client.secret), invalid);
  const { ClientSecretId } = await client.add();
  await assert.rejects(client.add(), { name: 'LimitExceededException' });
  await client.remove(ClientSecretId);
  await assert.rejects(client.remove(ClientSecretId), { name: 'ResourceNotFoundException' });
  const [last] = await client.list();
  await assert.rejects(client.remove(last?.ClientSecretId), invalid);
  const open = await newClient({ UserPoolId, ClientName: 'Public' });
  assert.deepEqual(await open.list(), []);
  await assert.rejects(open.add(), invalid);
  // An update of the settings leaves the secrets alone.
  const { ClientSecretValue: second = '' } = await client.add();
  await sdk.send(new UpdateUserPoolClientCommand({ ...machine(), ClientId: client.ClientId }));
  assert.equal(await client.token(second), 200);
});

test('of many secrets added at the same moment one becomes the second', async () => {
  const client = await newClient();
  const all = await Promise.allSettled(Array.from({ length: 8 }, () => client.add()));
  assert.equal(all.filter(({ status }) => status === 'fulfilled').length, 1);
  assert.equal((await client.list()).length, 2);
});

test('GetClientToken gives what the client credentials flow gives: custom scopes, all or those that are named', async () => {
  const client = await newClient();
  const all = await client.get(client.secret);
  assert.equal(all?.TokenType, 'Bearer');
  assert.equal(all?.ExpiresIn, 3600);
  const [, payload = ''] = all?.AccessToken?.split('.') ?? [];
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  assert.equal(claims.sub, client.ClientId);
  assert.equal(claims.scope, 'orders/read');
  assert.equal(claims.token_use, 'access');
  assert.ok(await client.get(client.secret, ['orders/read']));
  for (const scope of ['openid', 'orders/write'])
    await assert.rejects(client.get(client.secret, [scope]), { name: 'InvalidParameterException' });
});

test('GetClientToken is for clients that are allowed it, by the OAuth flow or by a flow of its own', async () => {
  const flow = 'ALLOW_CLIENT_TOKEN_AUTH' as never;
  const own = { UserPoolId, ClientName: 'Own', GenerateSecret: true, AllowedOAuthScopes: ['orders/read'] };
  const allowed = await newClient({ ...own, ExplicitAuthFlows: [flow] });
  assert.ok((await allowed.get(allowed.secret))?.AccessToken);
  assert.equal(await allowed.token(allowed.secret), 'unauthorized_client');
  const other = await newClient({ ...own, ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'] });
  await assert.rejects(other.get(other.secret), { name: 'OperationNotEnabledException' });
  const invalid = { name: 'InvalidParameterException' };
  await assert.rejects(newClient({ ...own, ExplicitAuthFlows: [flow, 'ALLOW_USER_SRP_AUTH'] }), invalid);
  await assert.rejects(newClient({ ...own, GenerateSecret: false, ExplicitAuthFlows: [flow] }), invalid);
});
