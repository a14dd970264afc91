/** What an app client may be allowed of OAuth: flows, scopes, addresses, providers. Operations called in process. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ClientStage, CODE, MACHINE, openClientStage } from '../testing/client-stage.ts';
import type { TestService } from '../testing/open-service.ts';
import { refusal } from '../testing/refusal.ts';

let api: TestService;
let UserPoolId: string;
let newClient: ClientStage['newClient'];
let update: ClientStage['update'];
before(async () => {
  ({ api, UserPoolId, newClient, update } = await openClientStage());
});
after(() => api.stores.close());

test('HUI-17 only providers that the pool has are supported', async () => {
  const { SupportedIdentityProviders } = await newClient({ SupportedIdentityProviders: ['COGNITO'] });
  assert.deepEqual(SupportedIdentityProviders, ['COGNITO']);
  await refusal(
    newClient({ SupportedIdentityProviders: ['COGNITO', 'Google'] }),
    'InvalidParameterException',
    `The provider Google does not exist for User Pool ${UserPoolId}.`,
  );
});

test('HUI-19 HUI-20 HUI-21 HUI-22 addresses to call back and to sign out to follow the rules', async () => {
  for (const list of ['CallbackURLs', 'LogoutURLs']) {
    const fine = ['https://app.test/cb', 'http://localhost:3000', 'myapp://example'];
    assert.deepEqual((await newClient({ [list]: fine }))[list], fine);
    for (const url of ['/cb', 'https://app.test/#x', 'http://app.test/cb', 'javascript:alert(1)'])
      await refusal(
        newClient({ [list]: [fine[0], url] }),
        'InvalidParameterException',
        /^\S+ (is|must|cannot) /,
      );
  }
});

test('HUI-23 USR-249 a hundred addresses of each kind, not a hundred and one', async () => {
  const urls = (count: number) => Array.from({ length: count }, (_, i) => `https://app.test/${i}`);
  const full = await newClient({ CallbackURLs: urls(100), LogoutURLs: urls(100) });
  assert.deepEqual([full.CallbackURLs.length, full.LogoutURLs.length], [100, 100]);
  for (const list of ['CallbackURLs', 'LogoutURLs'])
    await refusal(newClient({ [list]: urls(101) }), 'InvalidParameterException', /less than or equal to 100/);
});

test('HUI-24 the default redirect address is one of the callbacks', async () => {
  const client = await newClient({ ...CODE, DefaultRedirectURI: CODE.CallbackURLs[0] });
  assert.equal(client.DefaultRedirectURI, CODE.CallbackURLs[0]);
  await refusal(newClient({ ...CODE, DefaultRedirectURI: 'https://app.test' }), 'InvalidParameterException');
});

test('HUI-25 HUI-26 HUI-27 USR-250 client credentials stand alone, with a secret and custom scopes', async () => {
  const flow = 'InvalidOAuthFlowException';
  assert.deepEqual((await newClient(MACHINE)).AllowedOAuthFlows, ['client_credentials']);
  for (const other of ['code', 'implicit'])
    await refusal(newClient({ ...CODE, ...MACHINE, AllowedOAuthFlows: ['client_credentials', other] }), flow);
  await refusal(newClient({ ...MACHINE, GenerateSecret: false }), flow);
  for (const scope of ['openid', 'email', 'phone', 'profile', 'aws.cognito.signin.user.admin'])
    await refusal(newClient({ ...MACHINE, AllowedOAuthScopes: ['bills/pay', scope] }), flow);
  const { ClientId } = await newClient(CODE);
  await refusal(update(ClientId, MACHINE), flow, /does not have a client secret/);
});

test('HUI-28 code and implicit may be enabled together', async () => {
  const { AllowedOAuthFlows } = await newClient({ ...CODE, AllowedOAuthFlows: ['code', 'implicit'] });
  assert.deepEqual(AllowedOAuthFlows, ['code', 'implicit']);
});

test('a client that may use OAuth needs flows, scopes and, for people, somewhere to call back', async () => {
  for (const name of ['AllowedOAuthFlows', 'AllowedOAuthScopes', 'CallbackURLs'])
    await refusal(newClient({ ...CODE, [name]: [] }), 'InvalidParameterException', /required/);
  assert.ok(await newClient({ ...CODE, AllowedOAuthFlowsUserPoolClient: false, CallbackURLs: [] }));
});

test('HUI-85 USR-253 scopes of resource servers are offered as <identifier>/<name>, others do not exist', async () => {
  const client = await newClient({ ...CODE, AllowedOAuthScopes: ['openid', 'bills/pay'] });
  assert.deepEqual(client.AllowedOAuthScopes, ['openid', 'bills/pay']);
  for (const scope of ['bills/read', 'bills', 'pay', 'none/pay'])
    await refusal(
      newClient({ ...CODE, AllowedOAuthScopes: ['openid', scope] }),
      'ScopeDoesNotExistException',
      `Invalid scope requested: ${scope}`,
    );
});

test('a scope that was deleted stays on the client through an unrelated update', async () => {
  const server = { UserPoolId, Identifier: 'short-lived', Name: 'S' };
  await api.call('CreateResourceServer', { ...server, Scopes: [{ ScopeName: 'x', ScopeDescription: 'x' }] });
  const scopes = { AllowedOAuthScopes: ['openid', 'short-lived/x'] };
  const { ClientId } = await newClient({ ...CODE, ...scopes });
  await api.call('DeleteResourceServer', { UserPoolId, Identifier: 'short-lived' });
  assert.deepEqual(
    (await update(ClientId, { ...CODE, ...scopes })).AllowedOAuthScopes,
    scopes.AllowedOAuthScopes,
  );
  await refusal(newClient({ ...CODE, ...scopes }), 'ScopeDoesNotExistException');
});
