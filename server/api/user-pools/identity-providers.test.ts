/** Operations on identity providers, called in process. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { samlIdentityProvider } from '#federation/testing/saml-identity-provider.ts';
import { newService } from '../testing/new-service.ts';
import { refusal } from '../testing/refusal.ts';

const api = await newService();

const invalid = 'InvalidParameterException';
const missing = 'ResourceNotFoundException';
const newPool = async (): Promise<string> =>
  (await api.call('CreateUserPool', { PoolName: 'Acme' })).UserPool.Id;
const UserPoolId = await newPool();
const credentials = { client_id: 'rp', client_secret: 'a-secret-of-the-provider' };
const endpoints = {
  authorize_url: 'https://idp.example.com/authorize',
  token_url: 'https://idp.example.com/token',
  attributes_url: 'https://idp.example.com/userinfo',
  jwks_uri: 'https://idp.example.com/keys',
};
const oidc = {
  ...credentials,
  ...endpoints,
  oidc_issuer: 'https://idp.example.com',
  authorize_scopes: 'openid email',
};
const create = async (ProviderName: string, more: object = {}) =>
  (
    await api.call('CreateIdentityProvider', {
      UserPoolId,
      ProviderName,
      ProviderType: 'OIDC',
      ProviderDetails: oidc,
      ...more,
    })
  ).IdentityProvider;
const describe = async (ProviderName: string) =>
  (await api.call('DescribeIdentityProvider', { UserPoolId, ProviderName })).IdentityProvider;
const update = async (ProviderName: string, more: object) =>
  (await api.call('UpdateIdentityProvider', { UserPoolId, ProviderName, ...more })).IdentityProvider;

test('FED-47 FED-102 FED-146 FED-147 a provider is stored as it was given, and changed by parts', async () => {
  const made = await create('Parts', { AttributeMapping: { email: 'mail' }, IdpIdentifiers: ['parts.test'] });
  assert.equal(made.ProviderType, 'OIDC');
  assert.deepEqual(made.AttributeMapping, { email: 'mail', username: 'sub' });
  assert.deepEqual(await describe('Parts'), made);
  assert.equal(made.ProviderDetails.client_secret, credentials.client_secret);
  const mapped = await update('Parts', { AttributeMapping: { name: 'display' } });
  assert.deepEqual(mapped.AttributeMapping, { name: 'display', username: 'sub' });
  assert.deepEqual(mapped.ProviderDetails, made.ProviderDetails);
  assert.deepEqual(mapped.IdpIdentifiers, ['parts.test']);
  const other = await update('Parts', {
    ProviderDetails: { ...oidc, client_id: 'other' },
    IdpIdentifiers: [],
  });
  assert.equal(other.ProviderDetails.client_id, 'other');
  assert.deepEqual(other.AttributeMapping, mapped.AttributeMapping);
  assert.deepEqual(other.IdpIdentifiers, []);
  assert.equal(other.ProviderType, 'OIDC');
});

test('secrets of a provider are stored sealed', async () => {
  await create('Sealed');
  const stored = await api.stores.directory.forPool(UserPoolId).find('identity-provider', 'Sealed');
  assert.ok(stored);
  assert.ok(!JSON.stringify(stored).includes(credentials.client_secret));
  assert.equal(stored.record.details['client_id'], 'rp');
});

test('FED-32 FED-33 FED-46 FED-149 names, types and details that cannot be are refused', async () => {
  const social = { ...credentials, authorize_scopes: 'openid' };
  await refusal(create('Gugel', { ProviderType: 'Google', ProviderDetails: social }), invalid);
  for (const name of ['COGNITO', 'cognito', 'CoGnito', 'Google', 'SignInWithApple'])
    await refusal(create(name), invalid);
  for (const [name, ProviderType] of [
    ['Google', 'Google'],
    ['Facebook', 'Facebook'],
    ['Strict', 'OIDC'],
  ] as const)
    for (const left of ['client_id', 'client_secret', 'authorize_scopes'])
      await refusal(
        create(name, {
          ProviderType,
          ProviderDetails: { ...(name === 'Strict' ? oidc : social), [left]: '' },
        }),
        invalid,
        new RegExp(left),
      );
  await refusal(create('Odd', { ProviderType: 'Kerberos' }), invalid);
  await create('Twice');
  await refusal(create('Twice'), 'DuplicateProviderException');
});

test('FED-73 a name has a length and characters that are safe wherever it becomes a part', async () => {
  for (const name of ['a'.repeat(41), 'Caf\u00e9', 'a/b', 'a<b', 'a"b', 'a&b', 'a;b', 'a:b'])
    await refusal(create(name), invalid);
  assert.equal((await create('Safe+=.@-9')).ProviderName, 'Safe+=.@-9');
});

test('FED-104 FED-119 the mapping leads to attributes that there are, and username to who the person is', async () => {
  const mapping = (AttributeMapping: object) => create('Mapped', { AttributeMapping });
  for (const name of ['sub', 'identities', 'cognito:username', 'custom:none', 'nothing'])
    await refusal(mapping({ [name]: 'a' }), invalid, new RegExp(name));
  await refusal(mapping({ username: 'email' }), invalid, /sub/);
  assert.deepEqual((await mapping({ username: 'sub' })).AttributeMapping, { username: 'sub' });
  await refusal(update('Mapped', { AttributeMapping: { username: 'email' } }), invalid);
});

test('FED-20 FED-23 FED-24 FED-153 an identifier names one provider of a pool, whatever its case', async () => {
  const made = await create('Found', { IdpIdentifiers: ['DomainA.co.uk', 'a.test'] });
  const named = async (IdpIdentifier: string) =>
    (await api.call('GetIdentityProviderByIdentifier', { UserPoolId, IdpIdentifier })).IdentityProvider;
  assert.deepEqual(await named('domaina.CO.UK'), made);
  await refusal(named('co.uk'), missing);
  await refusal(create('Second', { IdpIdentifiers: ['DOMAINA.co.uk'] }), invalid);
  await refusal(create('Second', { IdpIdentifiers: ['b.test', 'B.test'] }), invalid);
  await create('Second', { IdpIdentifiers: ['b.test'] });
  await refusal(update('Second', { IdpIdentifiers: ['a.test'] }), invalid);
  await update('Second', { IdpIdentifiers: ['b.test', 'c.test'] });
  const elsewhere = await newPool();
  await create('Found', { UserPoolId: elsewhere, IdpIdentifiers: ['a.test'] });
  const many = (count: number) => Array.from({ length: count }, (_, index) => `d${index}.test`);
  await refusal(create('Many', { IdpIdentifiers: many(51) }), invalid);
  assert.equal((await create('Many', { IdpIdentifiers: many(50) })).IdpIdentifiers.length, 50);
});

test('of many who take one identifier at the same moment no two have it', async () => {
  const pool = await newPool();
  const tries = Array.from({ length: 10 }, (_, index) =>
    create(`Racer${index}`, { UserPoolId: pool, IdpIdentifiers: ['race.test'] }),
  );
  const made = (await Promise.allSettled(tries)).filter(({ status }) => status === 'fulfilled');
  const { Providers } = await api.call('ListIdentityProviders', { UserPoolId: pool });
  assert.ok(made.length <= 1);
  assert.equal(Providers.length, made.length);
});

test('FED-145 the list has pages, and shows nothing but names, types and times', async () => {
  const pool = await newPool();
  for (const name of ['Cee', 'Aye', 'Bee']) await create(name, { UserPoolId: pool });
  const names: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await api.call('ListIdentityProviders', { UserPoolId: pool, MaxResults: 2, NextToken });
    for (const provider of page.Providers) {
      assert.deepEqual(Object.keys(provider).toSorted(), [
        'CreationDate',
        'LastModifiedDate',
        'ProviderName',
        'ProviderType',
      ]);
      names.push(provider.ProviderName);
    }
    NextToken = page.NextToken;
  } while (NextToken);
  assert.deepEqual(names, ['Aye', 'Bee', 'Cee']);
});

test('FED-148 pools and providers that are not there are not found', async () => {
  for (const [operation, more] of [
    ['DescribeIdentityProvider', {}],
    ['UpdateIdentityProvider', {}],
    ['DeleteIdentityProvider', {}],
  ] as const) {
    await refusal(api.call(operation, { UserPoolId, ProviderName: 'Nobody', ...more }), missing);
    const nowhere = { UserPoolId: 'eu-central-1_Nowhere01', ProviderName: 'Nobody' };
    await refusal(api.call(operation, nowhere), missing);
  }
});

test('FED-151 FED-152 a client names providers that there are; one that is deleted leaves every client', async () => {
  await create('Leaves');
  const client = (SupportedIdentityProviders: string[]) =>
    api.call('CreateUserPoolClient', { UserPoolId, ClientName: 'app', SupportedIdentityProviders });
  await refusal(
    client(['COGNITO', 'Nobody']),
    invalid,
    `The provider Nobody does not exist for User Pool ${UserPoolId}.`,
  );
  const { UserPoolClient } = await client(['COGNITO', 'Leaves']);
  const { ClientId } = UserPoolClient;
  await refusal(
    api.call('UpdateUserPoolClient', { UserPoolId, ClientId, SupportedIdentityProviders: ['Nobody'] }),
    invalid,
  );
  await api.call('DeleteIdentityProvider', { UserPoolId, ProviderName: 'Leaves' });
  const after = await api.call('DescribeUserPoolClient', { UserPoolId, ClientId });
  assert.deepEqual(after.UserPoolClient.SupportedIdentityProviders, ['COGNITO']);
  await refusal(describe('Leaves'), missing);
});

test('FED-150 a pool has 300 providers, and the next is refused', async () => {
  const pool = await newPool();
  await create('First', { UserPoolId: pool });
  const directory = api.stores.directory.forPool(pool);
  const first = await directory.find('identity-provider', 'First');
  assert.ok(first);
  const vault = api.service.vault;
  for (let number = 2; number <= 300; number++) {
    const sealedDetails = vault.seal('identity-provider', `${pool}/Copy${number}`, '{}');
    await directory.create('identity-provider', `Copy${number}`, { ...first.record, sealedDetails });
  }
  await refusal(create('OneMore', { UserPoolId: pool }), 'LimitExceededException');
  await api.call('DeleteIdentityProvider', { UserPoolId: pool, ProviderName: 'Copy300' });
  await create('OneMore', { UserPoolId: pool });
});

test('FED-72 FED-105 a SAML provider is made from metadata, which an update replaces', async () => {
  const corp = samlIdentityProvider('https://corp.test/metadata', Date.now);
  const later = corp.metadata({ signOn: 'https://corp.test/new-sso' });
  const saml = (more: object) =>
    create('Corp', { ProviderType: 'SAML', ProviderDetails: { MetadataFile: corp.metadata() }, ...more });
  await refusal(saml({ AttributeMapping: { username: 'NameID' } }), invalid, /username/);
  await refusal(saml({ AttributeMapping: { username: 'sub' } }), invalid, /username/);
  const AttributeMapping = { email: 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress' };
  const made = await saml({ AttributeMapping });
  assert.deepEqual(made.AttributeMapping, AttributeMapping);
  assert.equal(made.ProviderDetails.SSORedirectBindingURI, 'https://idp.example.com/sso?tenant=a');
  const updated = await update('Corp', { ProviderDetails: { MetadataFile: later } });
  assert.equal(updated.ProviderDetails.SSORedirectBindingURI, 'https://corp.test/new-sso');
  assert.equal(updated.ProviderDetails.MetadataFile.trim(), later.trim());
  const server = createServer((_, response) => void response.end(corp.metadata())).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const MetadataURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/metadata`;
  const byAddress = await update('Corp', { ProviderDetails: { MetadataURL } });
  server.close();
  assert.equal(byAddress.ProviderDetails.MetadataFile, undefined);
  assert.equal(byAddress.ProviderDetails.MetadataURL, MetadataURL);
  assert.equal(byAddress.ProviderDetails.SSORedirectBindingURI, 'https://idp.example.com/sso?tenant=a');
});
