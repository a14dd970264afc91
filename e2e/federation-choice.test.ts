/** Which provider a browser is sent to: buttons, a name, an identifier, a domain; and where there is none. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  DeleteIdentityProviderCommand,
  DescribeIdentityProviderCommand,
  ListIdentityProvidersCommand,
  UpdateIdentityProviderCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { inStory, openPartnerStage } from './federation-oidc-stage.ts';
import { openHttpSession } from './http-session.ts';
import { authorizeUrl } from './person.ts';
import { STORY, storyPool } from './story-pool.ts';

const { foyer, at } = await openPartnerStage();

test('FED-09 FED-13 FED-144 vendors have their buttons, and are gone to straight when they are asked for', async () => {
  const vendors = [
    ['Google', 'Sign in with Google', 'https://accounts.google.com/o/oauth2/v2/auth'],
    ['Facebook', 'Continue with Facebook', 'https://www.facebook.com/'],
    ['LoginWithAmazon', 'Login with Amazon', 'https://www.amazon.com/ap/oa'],
  ] as const;
  const details = { client_id: 'ours', client_secret: 'a-secret-of-theirs', authorize_scopes: 'profile' };
  for (const [name] of vendors)
    await at.add(name, { ProviderType: name, ProviderDetails: details, AttributeMapping: {} });
  await at.enable('COGNITO', ...vendors.map(([name]) => name));
  const session = openHttpSession();
  const page = await session.follow(await session.get(authorizeUrl(at.hosted)), at.hosted);
  assert.doesNotMatch(page.body, /Partner/);
  for (const [name, label, address] of vendors) {
    assert.ok(page.body.includes(`<span>${label}</span>`), name);
    const begun = await session.follow(
      await session.get(authorizeUrl(at.hosted, { identity_provider: name })),
      at.hosted,
    );
    assert.ok(begun.location?.startsWith(address), begun.location);
    const asked = new URL(begun.location ?? '').searchParams;
    assert.equal(asked.get('client_id'), 'ours');
    assert.equal(asked.get('redirect_uri'), `${at.hosted}/oauth2/idpresponse`);
    const named = { ...inStory, ProviderName: name };
    const { IdentityProvider } = await at.sdk.send(new DescribeIdentityProviderCommand(named));
    assert.equal(IdentityProvider?.ProviderType, name);
    assert.equal(IdentityProvider?.ProviderDetails?.['client_secret'], details.client_secret);
    await at.sdk.send(new UpdateIdentityProviderCommand({ ...named, AttributeMapping: { email: 'email' } }));
    await at.sdk.send(new DeleteIdentityProviderCommand(named));
  }
  const { Providers } = await at.sdk.send(new ListIdentityProvidersCommand(inStory));
  assert.ok(!Providers?.some(({ ProviderName }) => vendors.some(([name]) => name === ProviderName)));
  await at.enable('COGNITO', 'Partner');
});

test('FED-11 FED-13 FED-14 FED-15 FED-16 HUI-117 the page offers what the client has, and the client alone', async () => {
  await at.add('Elsewhere');
  await at.enable('COGNITO', 'Partner');
  const open = async (extra = {}) => {
    const session = openHttpSession();
    return session.follow(await session.get(authorizeUrl(at.hosted, extra)), at.hosted);
  };
  const page = await open();
  assert.match(page.body, /Sign in with Partner/);
  assert.match(page.body, /name="password"/);
  assert.doesNotMatch(page.body, /Elsewhere/);
  const own = await open({ identity_provider: 'COGNITO' });
  assert.match(own.body, /name="password"/);
  assert.doesNotMatch(own.body, /Partner/);
  for (const extra of [
    { identity_provider: 'Elsewhere' },
    { identity_provider: 'Nobody' },
    { identity_provider: 'partner' },
    { idp_identifier: 'nowhere.test' },
  ]) {
    const refusal = await open(extra);
    assert.equal(refusal.status, 400, JSON.stringify(extra));
    assert.equal(refusal.location, undefined);
    assert.match(refusal.body, /That way to sign in is not available/);
  }
  await at.enable('Partner');
  for (const path of ['oauth2/authorize', 'login']) {
    const session = openHttpSession();
    const url = authorizeUrl(at.hosted).replace('oauth2/authorize', path);
    const only = await session.follow(await session.get(url), at.hosted);
    assert.ok(only.location?.startsWith(at.partner.hosted), only.location);
  }
  await at.enable('COGNITO', 'Partner');
});

test('FED-12 FED-19 FED-20 FED-21 HUI-116 the domain of an e-mail address says which provider is meant', async () => {
  await at.add('Company', { IdpIdentifiers: ['DomainA.co.uk'] });
  await at.enable('COGNITO', 'Partner', 'Company');
  const session = openHttpSession();
  const page = await session.follow(await session.get(authorizeUrl(at.hosted)), at.hosted);
  assert.match(page.body, /Sign in with Partner/);
  assert.doesNotMatch(page.body, /Company<|Sign in with Company/);
  const wrong = await session.submit(page, { email: 'bob@uk' }, /findProvider/);
  assert.equal(wrong.status, 400);
  assert.match(wrong.body, /No company with this address signs in here/);
  assert.doesNotMatch(wrong.body, /domaina/i);
  const right = await session.submit(wrong, { email: 'bob@domaina.co.uk' }, /findProvider/);
  assert.equal(right.status, 200);
  const gone = await session.follow(right, at.hosted);
  assert.ok(gone.location?.startsWith(`${at.partner.hosted}/oauth2/authorize`), gone.location);
  const straight = await session.follow(
    await session.get(authorizeUrl(at.hosted, { idp_identifier: 'DOMAINA.CO.UK' })),
    at.hosted,
  );
  assert.ok(straight.location?.startsWith(at.partner.hosted));
  const unknown = await session.follow(
    await session.get(authorizeUrl(at.hosted, { idp_identifier: 'a.domaina.co.uk' })),
    at.hosted,
  );
  assert.equal(unknown.status, 400);
  await at.enable('COGNITO', 'Partner');
});

test('FED-17 FED-18 with identifiers there is a box for the e-mail address, without them a list', async () => {
  await at.add('North');
  await at.add('South');
  await at.enable('North', 'South');
  const open = async () => {
    const session = openHttpSession();
    return session.follow(await session.get(authorizeUrl(at.hosted)), at.hosted);
  };
  const list = await open();
  assert.match(list.body, /Sign in with North[\s\S]*Sign in with South/);
  assert.doesNotMatch(list.body, /name="email"|name="password"/);
  for (const [ProviderName, domain] of [
    ['North', 'north.test'],
    ['South', 'south.test'],
  ] as const)
    await at.sdk.send(
      new UpdateIdentityProviderCommand({ ...inStory, ProviderName, IdpIdentifiers: [domain] }),
    );
  const box = await open();
  assert.match(box.body, /name="email"/);
  assert.doesNotMatch(box.body, /North|South/);
  await at.enable('COGNITO', 'Partner');
});

test('FED-06 FED-08 there is nothing of this without a domain, and nothing of the beta', async () => {
  for (const path of ['oauth2/idpresponse', 'saml2/idpresponse', 'saml2/logout'])
    assert.equal((await openHttpSession().get(`${foyer.url}/${STORY.poolId}/${path}`)).status, 404);
  for (const path of ['login/redirect']) {
    assert.equal((await openHttpSession().get(`${at.hosted}/${path}`)).status, 404);
    assert.equal((await openHttpSession().post(`${at.hosted}/${path}`, {})).status, 404);
  }
});

test('a pool file names providers; a later start needs none of them to be there', async () => {
  const details = { ...at.partner.details };
  await at.add('Filed', { ProviderDetails: details });
  const [pool] = storyPool().pools;
  const filed = {
    ProviderName: 'Filed',
    ProviderType: 'OIDC',
    ProviderDetails: details,
    AttributeMapping: { email: 'email' },
  };
  const path = foyer.env['FOYER_POOL_FILE'] ?? assert.fail('it was started without a pool file');
  const write = (provider: object) =>
    writeFileSync(path, JSON.stringify({ pools: [{ ...pool, identityProviders: [provider] }] }));
  write(filed);
  // The provider is a pool of this very process, which does not listen while it applies the file.
  await foyer.restart();
  write({ ...filed, AttributeMapping: { email: 'email', name: 'name' }, IdpIdentifiers: ['filed.test'] });
  await foyer.restart();
  const { IdentityProvider } = await at.sdk.send(
    new DescribeIdentityProviderCommand({ ...inStory, ProviderName: 'Filed' }),
  );
  assert.deepEqual(IdentityProvider?.AttributeMapping, { email: 'email', name: 'name', username: 'sub' });
  assert.deepEqual(IdentityProvider?.IdpIdentifiers, ['filed.test']);
  assert.equal(IdentityProvider?.ProviderDetails?.['client_secret'], details.client_secret);
});
