/** Vendors that are created as type OIDC. Their own addresses are called; the network leads to servers of this machine. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { refused } from '../contract.ts';
import { CALLBACK, codeContract, comeBack, type Vendor } from '../contract-code.ts';
import { completeDetails, openProvider } from '../registry.ts';
import { openDiscord } from '../testing/discord.ts';
import { openEnvironment, rerouted } from '../testing/environment.ts';
import { openGithub } from '../testing/github.ts';
import type { LocalVendor } from '../testing/local-vendor.ts';
import { type OpenIdVendorOptions, openOpenIdVendor } from '../testing/openid-vendor.ts';
import { openX } from '../testing/x.ts';
import { microsoft as entra } from './microsoft.ts';

const app = { id: 'app-1', secret: 'secret of the application & more', callbackUrl: CALLBACK };
const subjects = { maria: '10157003', otto: '10157004' };

/** A record as an administrator creates it, at a server that has the vendor's place. */
async function vendor<S extends LocalVendor>(
  server: S,
  given: { name: string; oidc_issuer: string; authorize_scopes: string },
  expected: Pick<Vendor, 'attributes' | 'called'>,
): Promise<Vendor & { server: S }> {
  const environment = rerouted(openEnvironment(), server.base);
  const { name, ...details } = given;
  const record = {
    name,
    type: 'OIDC',
    details: { client_id: app.id, client_secret: app.secret, ...details },
  };
  const complete = { ...record, details: await completeDetails(record, environment) };
  return { record: complete, environment, server, subjects, ...expected };
}

const github = async (authorize_scopes = 'openid read:user user:email') =>
  vendor(
    await openGithub(app),
    { name: 'GitHub', oidc_issuer: 'https://github.com', authorize_scopes },
    {
      attributes: { sub: subjects.maria, preferred_username: 'maria', name: 'Maria Ruiz' },
      called: ['/login/oauth/access_token', '/user'],
    },
  );

const discord = async () =>
  vendor(
    await openDiscord(app),
    { name: 'Discord', oidc_issuer: 'https://discord.com', authorize_scopes: 'identify email' },
    {
      attributes: {
        sub: subjects.maria,
        email: 'maria@example.com',
        email_verified: 'true',
        picture: `https://cdn.discordapp.com/avatars/${subjects.maria}/a1b2.png`,
      },
      called: ['/api/oauth2/token', '/api/users/@me'],
    },
  );

const xVendor = async () =>
  vendor(
    await openX(app),
    { name: 'X', oidc_issuer: 'https://x.com', authorize_scopes: 'users.read tweet.read users.email' },
    {
      attributes: {
        sub: subjects.maria,
        email: 'maria@example.com',
        email_verified: 'true',
        name: 'Maria Ruiz',
      },
      called: ['/2/oauth2/token', '/2/users/me'],
    },
  );

const openId = (changes: Partial<OpenIdVendorOptions>) =>
  openOpenIdVendor({ clientId: app.id, clientSecret: app.secret, callbackUrl: CALLBACK, ...changes });

async function linkedin() {
  const server = await openId({
    issuer: 'https://www.linkedin.com/oauth',
    paths: {
      discovery: '/oauth/.well-known/openid-configuration',
      authorize: '/oauth/v2/authorization',
      token: '/oauth/v2/accessToken',
      userinfo: '/v2/userinfo',
      jwks: '/oauth/openid/jwks',
    },
    discovery: {
      authorization_endpoint: 'https://www.linkedin.com/oauth/v2/authorization',
      token_endpoint: 'https://www.linkedin.com/oauth/v2/accessToken',
      userinfo_endpoint: 'https://api.linkedin.com/v2/userinfo',
      jwks_uri: 'https://www.linkedin.com/oauth/openid/jwks',
    },
    extra: { locale: { country: 'US', language: 'en' } },
  });
  server.forge.claims = ({ nonce: _, ...claims }) => claims;
  return vendor(
    server,
    {
      name: 'LinkedIn',
      oidc_issuer: 'https://www.linkedin.com/oauth',
      authorize_scopes: 'openid profile email',
    },
    {
      attributes: { email: 'maria@example.com', locale: '{"country":"US","language":"en"}' },
      called: ['/oauth/v2/accessToken', '/oauth/openid/jwks', '/v2/userinfo'],
    },
  );
}

async function slack() {
  const server = await openId({
    issuer: 'https://slack.com',
    paths: {
      authorize: '/openid/connect/authorize',
      token: '/api/openid.connect.token',
      userinfo: '/api/openid.connect.userInfo',
      jwks: '/openid/connect/keys',
    },
    discovery: {
      authorization_endpoint: 'https://slack.com/openid/connect/authorize',
      token_endpoint: 'https://slack.com/api/openid.connect.token',
      userinfo_endpoint: 'https://slack.com/api/openid.connect.userInfo',
      jwks_uri: 'https://slack.com/openid/connect/keys',
    },
    extra: { 'https://slack.com/team_id': 'T1' },
    // Every answer of Slack is of status 200 and says in `ok` what it is.
    tokenReply: ({ status, json }) =>
      status ? { json: { ok: false, error: 'invalid_code' } } : { json: { ok: true, ...(json as object) } },
  });
  return vendor(
    server,
    { name: 'Slack', oidc_issuer: 'https://slack.com', authorize_scopes: 'openid profile email' },
    {
      attributes: { email: 'maria@example.com', 'https://slack.com/team_id': 'T1' },
      called: ['/api/openid.connect.token', '/openid/connect/keys', '/api/openid.connect.userInfo'],
    },
  );
}

async function gitlab() {
  const server = await openId({
    issuer: 'https://gitlab.com',
    paths: {
      authorize: '/oauth/authorize',
      token: '/oauth/token',
      userinfo: '/oauth/userinfo',
      jwks: '/oauth/discovery/keys',
    },
    discovery: {
      authorization_endpoint: 'https://gitlab.com/oauth/authorize',
      token_endpoint: 'https://gitlab.com/oauth/token',
      userinfo_endpoint: 'https://gitlab.com/oauth/userinfo',
      jwks_uri: 'https://gitlab.com/oauth/discovery/keys',
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
      code_challenge_methods_supported: ['plain', 'S256'],
    },
  });
  return vendor(
    server,
    { name: 'GitLab', oidc_issuer: 'https://gitlab.com', authorize_scopes: 'openid email' },
    {
      attributes: { email: 'maria@example.com', email_verified: 'true' },
      called: ['/oauth/token', '/oauth/discovery/keys', '/oauth/userinfo'],
    },
  );
}

const TENANT = '9188040d-6c67-4c5b-b112-36a304b66dad';

async function microsoft() {
  const login = 'https://login.microsoftonline.com';
  const server = await openId({
    issuer: `${login}/{tenantid}/v2.0`,
    paths: {
      discovery: '/common/v2.0/.well-known/openid-configuration',
      authorize: '/common/oauth2/v2.0/authorize',
      token: '/common/oauth2/v2.0/token',
      userinfo: '/oidc/userinfo',
      jwks: '/common/discovery/v2.0/keys',
    },
    discovery: {
      authorization_endpoint: `${login}/common/oauth2/v2.0/authorize`,
      token_endpoint: `${login}/common/oauth2/v2.0/token`,
      userinfo_endpoint: 'https://graph.microsoft.com/oidc/userinfo',
      jwks_uri: `${login}/common/discovery/v2.0/keys`,
    },
  });
  server.forge.claims = (claims) => ({ ...claims, tid: TENANT, iss: `${login}/${TENANT}/v2.0` });
  return vendor(
    server,
    { name: 'Entra', oidc_issuer: `${login}/common/v2.0`, authorize_scopes: 'openid profile email' },
    {
      attributes: { email: 'maria@example.com', tid: TENANT, email_verified: 'false' },
      called: ['/common/oauth2/v2.0/token', '/common/discovery/v2.0/keys', '/oidc/userinfo'],
    },
  );
}

codeContract('GitHub', github, true);
codeContract('Discord', discord, true);
codeContract('X', xVendor, true);
codeContract('LinkedIn', linkedin, false);
codeContract('Slack', slack, true);
codeContract('GitLab', gitlab, true);
codeContract('Microsoft Entra ID', microsoft, true);

async function opened<V extends Vendor>(t: TestContext, open: () => Promise<V>) {
  const peer = await open();
  t.after(async () => {
    peer.environment.outgoing.close();
    await peer.server.close();
  });
  const provider = openProvider(peer.record, peer.environment);
  const signIn = async (who = 'maria') => provider.finish(await comeBack(provider, peer.server, who));
  return { ...peer, provider, signIn };
}

test('GitHub: the address is the primary one, proven as GitHub says, and absent without its scope', async (t) => {
  const { signIn, provider, record } = await opened(t, github);
  const { attributes } = await signIn();
  assert.deepEqual([attributes['email'], attributes['email_verified']], ['maria@example.com', 'true']);
  assert.equal((await signIn('otto')).attributes['email_verified'], 'false');
  const { redirect } = await provider.begin({ callbackUrl: CALLBACK, state: 's' });
  assert.equal(new URL(redirect).searchParams.get('scope'), 'read:user user:email');
  assert.ok(redirect.startsWith('https://github.com/login/oauth/authorize?'));
  assert.equal(record.details['token_url'], 'https://github.com/login/oauth/access_token');
  const bare = await opened(t, () => github('read:user'));
  assert.equal((await bare.signIn()).attributes['email'], undefined);
});

test('Discord names itself in its answers: one of another is refused before its code leaves', async (t) => {
  const { provider, server } = await opened(t, discord);
  const good = await comeBack(provider, server, 'maria');
  const from = (iss: string) => provider.finish({ ...good, parameters: { ...good.parameters, iss } });
  server.seen.length = 0;
  await refused(from('https://evil.example.com'), 'not-verified');
  assert.deepEqual(server.seen, []);
  assert.equal((await from('https://discord.com')).subject, subjects.maria);
});

test('a number of a person that is rounded on its way is nobody', async (t) => {
  const { signIn, server } = await opened(t, github);
  const says = (id: string) =>
    server.broken.set('/user', {
      body: `{"id": ${id}, "login": "maria"}`,
      headers: { 'content-type': 'application/json' },
    });
  says('9007199254740991');
  assert.equal((await signIn()).subject, '9007199254740991');
  for (const id of ['9007199254740993', '1e300', '1.5', 'true', '""', '{}']) {
    says(id);
    await refused(signIn(), 'invalid-answer');
  }
});

test('claims that are nested without end are an answer that cannot be used', async (t) => {
  const { signIn, server } = await opened(t, discord);
  const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
  const headers = { 'content-type': 'application/json' };
  server.broken.set('/api/users/@me', { body: `{"id": "1", "username": ${deep}}`, headers });
  await refused(signIn(), 'invalid-answer');
});

test('X: no address where none is confirmed', async (t) => {
  const { signIn } = await opened(t, xVendor);
  const { attributes } = await signIn('otto');
  assert.deepEqual([attributes['email'], attributes['email_verified']], [undefined, undefined]);
});

test("Microsoft: an address of a tenant is proven only by Microsoft's own word", async (t) => {
  const { signIn, server } = await opened(t, microsoft);
  const forged = server.forge.claims ?? ((claims) => claims);
  for (const [said, proven] of [
    [true, 'true'],
    ['1', 'true'],
    [false, 'false'],
    ['0', 'false'],
    [undefined, 'false'],
  ]) {
    server.forge.claims = (claims) => ({ ...forged(claims), xms_edov: said });
    // Also where the tenant writes email_verified itself.
    assert.equal((await signIn()).attributes['email_verified'], proven, String(said));
  }
  server.forge.claims = (claims) => ({ ...forged(claims), tid: 'other' });
  await refused(signIn(), 'not-verified');
});

test('Microsoft is known in every cloud and in every way of writing its address, and nobody else is', () => {
  for (const issuer of [
    'https://login.microsoftonline.com/common/v2.0',
    'https://LOGIN.MicrosoftOnline.com/common/v2.0',
    'https://login.microsoftonline.com:443/common/v2.0',
    'https://login.microsoftonline.us/common/v2.0',
    'https://login.partner.microsoftonline.cn/common/v2.0',
    'https://sts.windows.net/common',
  ])
    assert.match(issuer, entra.issuer);
  for (const issuer of [
    'https://login.microsoftonline.com.evil.example',
    'https://loginXmicrosoftonline.com/',
  ])
    assert.doesNotMatch(issuer, entra.issuer);
});

test('a vendor is known by its whole issuer, and its addresses are not for administrators to change', async (t) => {
  const environment = openEnvironment();
  t.after(() => environment.outgoing.close());
  const details = {
    client_id: 'a',
    client_secret: 'b',
    authorize_scopes: 'read:user',
    oidc_issuer: 'https://github.com',
  };
  const record = { name: 'GitHub', type: 'OIDC', details };
  const complete = await completeDetails(record, environment);
  assert.deepEqual(await completeDetails({ ...record, details: complete }, environment), complete);
  const moved = { ...record, details: { ...details, token_url: 'https://evil.example.com' } };
  await refused(completeDetails(moved, environment), 'configuration');
  const blank = { ...record, details: { ...details, oidc_issuer: ' https://github.com ' } };
  assert.deepEqual(await completeDetails(blank, environment), complete);
  for (const oidc_issuer of [
    'https://github.com.evil.example.com',
    'https://githubXcom',
    'https://github.com/a',
  ]) {
    const other = { ...record, details: { ...details, oidc_issuer } };
    // No vendor of its own: then it is held to what any OpenID provider is.
    assert.match((await refused(completeDetails(other, environment), 'configuration')).message, /openid/);
  }
});
