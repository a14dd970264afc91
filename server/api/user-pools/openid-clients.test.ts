/** Clients of a pool in the openid profile, through an API that has no member for what they are given beyond it. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { OpenIdClientSettings } from '#adapters/directory/records.ts';
import { type ClientStage, CODE, MACHINE, openClientStage } from '../testing/client-stage.ts';
import { refusal } from '../testing/refusal.ts';

const invalid = 'InvalidParameterException';
const byKey: OpenIdClientSettings = {
  features: ['jwt-client-auth'],
  token_endpoint_auth_method: 'private_key_jwt',
  jwks_uri: 'https://app.test/jwks',
};

let stage: ClientStage;
before(async () => {
  stage = await openClientStage();
  await profile('openid');
});
after(() => stage.api.stores.close());

const profile = (name: string) =>
  stage.api.call('UpdateUserPool', {
    UserPoolId: stage.UserPoolId,
    UserPoolTags: { 'foyer:profile': name },
  });

async function make(openId: OpenIdClientSettings, settings: object = CODE) {
  const input = { UserPoolId: stage.UserPoolId, ClientName: 'app', ...settings };
  return (await stage.api.call('CreateUserPoolClient', input, { fixed: { openId } })).UserPoolClient;
}

async function change(ClientId: string, openId: OpenIdClientSettings, settings: object = CODE) {
  const input = { UserPoolId: stage.UserPoolId, ClientId, ...settings };
  return (await stage.api.call('UpdateUserPoolClient', input, { fixed: { openId } })).UserPoolClient;
}

async function storedOpenId(ClientId: string) {
  const { directory } = stage.api.service;
  return (await directory.forPool(stage.UserPoolId).find('client', ClientId))?.record.settings.OpenId;
}

test('an update by the API, which replaces all settings, keeps what it cannot name', async () => {
  const { ClientId } = await make(byKey);
  await stage.update(ClientId, { ...CODE, ClientName: 'renamed' });
  await stage.update(ClientId, {});
  assert.deepEqual(await storedOpenId(ClientId), byKey);
});

test('no answer of the API shows it', async () => {
  const made = await make(byKey);
  const { ClientId } = made;
  const answers = [made, await stage.described(ClientId), await stage.update(ClientId, CODE)];
  for (const answer of answers) {
    assert.equal('OpenId' in answer, false);
    assert.equal(JSON.stringify(answer).includes('jwks'), false);
  }
});

test('nobody who calls the API gives a client any of it', async () => {
  const { ClientId } = await stage.newClient({
    ...CODE,
    OpenId: byKey,
    openId: byKey,
    fixed: { openId: byKey },
  });
  assert.equal(await storedOpenId(ClientId), undefined);
  await stage.update(ClientId, { ...CODE, OpenId: byKey });
  assert.equal(await storedOpenId(ClientId), undefined);
});

test('it is replaced as a whole, and a client that was registered stays so', async () => {
  const registered = { at: 1, tokenHash: 'x' };
  const { ClientId } = await make({ ...byKey, registered });
  await change(ClientId, { consent: true });
  assert.deepEqual(await storedOpenId(ClientId), { registered, consent: true });
  await change(ClientId, { registered: { at: 2, tokenHash: 'y' } });
  assert.deepEqual(await storedOpenId(ClientId), { registered: { at: 2, tokenHash: 'y' } });
});

test('what does not fit together is refused with the field, and nothing is written', async () => {
  const { ClientId } = await make(byKey);
  const wrong = 'OpenId.dpop_bound_access_tokens: needs the feature dpop.';
  await refusal(make({ dpop_bound_access_tokens: true }), invalid, wrong);
  await refusal(change(ClientId, { dpop_bound_access_tokens: true }), invalid, wrong);
  const secret = 'OpenId.token_endpoint_auth_method: none is for clients without a secret.';
  await refusal(
    make({ token_endpoint_auth_method: 'none' }, { ...CODE, GenerateSecret: true }),
    invalid,
    secret,
  );
  const confidential = await make({}, { ...CODE, GenerateSecret: true });
  await refusal(change(confidential.ClientId, { token_endpoint_auth_method: 'none' }), invalid, secret);
  const frontchannel_logout_uri = 'https://app.test/bye';
  await change(ClientId, { frontchannel_logout_uri });
  await refusal(change(ClientId, { frontchannel_logout_uri }, {}), invalid, /one of the CallbackURLs/);
  assert.deepEqual(await storedOpenId(ClientId), { frontchannel_logout_uri });
});

test('a client that proves itself by its own key needs no secret to act for itself', async () => {
  const machine = { ...MACHINE, GenerateSecret: false };
  const flow = 'InvalidOAuthFlowException';
  const { ClientId } = await make(byKey, machine);
  await stage.update(ClientId, machine);
  await refusal(make({}, machine), flow, /does not have a client secret/);
  await refusal(change(ClientId, { token_endpoint_auth_method: 'none' }, machine), flow);
  await refusal(make(byKey, { ...CODE, ExplicitAuthFlows: ['ALLOW_CLIENT_TOKEN_AUTH'] }), invalid, /secret/);
  await profile('cognito');
  await refusal(stage.update(ClientId, machine), flow);
  await profile('openid');
});

test('back in the cognito profile a client keeps it, unused, and gets no more of it', async () => {
  const { ClientId } = await make(byKey);
  await profile('cognito');
  const wrong = 'OpenId: only clients of pools whose tag foyer:profile is openid can have it.';
  await refusal(make({}), invalid, wrong);
  await refusal(change(ClientId, {}), invalid, wrong);
  await stage.update(ClientId, CODE);
  assert.deepEqual(await storedOpenId(ClientId), byKey);
  await profile('openid');
});
