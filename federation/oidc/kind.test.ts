import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { refused } from '../contract.ts';
import { CALLBACK, comeBack } from '../contract-code.ts';
import { openOutgoing } from '../fetch.ts';
import { completeDetails, openProvider } from '../registry.ts';
import { openEnvironment } from '../testing/environment.ts';
import { type OpenIdVendorOptions, openOpenIdVendor } from '../testing/openid-vendor.ts';
import { discover } from './discover.ts';

async function start(t: TestContext, changes: Partial<OpenIdVendorOptions> = {}) {
  const environment = openEnvironment();
  const client = { clientId: 'rp1', clientSecret: 'secret' };
  const vendor = await openOpenIdVendor({ ...client, callbackUrl: CALLBACK, alg: 'ES256', ...changes });
  t.after(async () => {
    environment.outgoing.close();
    await vendor.close();
  });
  const plain: Record<string, string> = {
    client_id: 'rp1',
    client_secret: 'secret',
    authorize_scopes: 'openid email',
    oidc_issuer: vendor.base,
  };
  const complete = (details: Record<string, string | undefined>, around = environment) => {
    const given = Object.entries({ ...plain, ...details }).filter(([, value]) => value !== undefined);
    return completeDetails(
      { name: 'CorpOkta', type: 'OIDC', details: Object.fromEntries(given) as Record<string, string> },
      around,
    );
  };
  const four = {
    authorize_url: `${vendor.base}/authorize`,
    token_url: `${vendor.base}/token`,
    attributes_url: `${vendor.base}/userinfo`,
    jwks_uri: `${vendor.base}/jwks`,
  };
  return { environment, vendor, complete, four, plain };
}

test('the four endpoints are discovered and shown; those given by hand win', async (t) => {
  const { complete, four, plain, vendor } = await start(t);
  const shown = { attributes_request_method: 'GET', attributes_url_add_attributes: 'false' };
  assert.deepEqual(await complete({}), { ...plain, ...shown, ...four });
  const own = `${vendor.base}/own`;
  assert.equal((await complete({ token_url: own }))['token_url'], own);
  assert.equal(
    (await complete({ authorize_scopes: ' openid   email ' }))['authorize_scopes'],
    'openid email',
  );
});

test('discovery that fails is refused with the names of what is missing, and forgiven when nothing is', async (t) => {
  const { complete, four, vendor, environment } = await start(t);
  vendor.broken.set('/.well-known/openid-configuration', { status: 404, body: '<h1>no</h1>' });
  const fault = await refused(complete({ token_url: four.token_url }), 'configuration');
  assert.match(fault.message, /authorize_url, attributes_url, jwks_uri$/);
  const details = await complete(four);
  const provider = openProvider({ name: 'CorpOkta', type: 'OIDC', details }, environment);
  assert.equal((await provider.finish(await comeBack(provider, vendor, 'maria'))).subject, '10157003');
  // Whoever repairs it and tries again does not wait.
  vendor.broken.clear();
  assert.equal((await complete({}))['jwks_uri'], four.jwks_uri);
});

test('what cannot work is refused at once, with a sentence that names it', async (t) => {
  const { complete } = await start(t);
  const wrong: [Record<string, string | undefined>, RegExp][] = [
    [{ client_id: undefined }, /must have client_id/],
    [{ client_secret: ' ' }, /must have client_secret/],
    [{ authorize_scopes: undefined }, /must have authorize_scopes/],
    [{ oidc_issuer: undefined }, /must have oidc_issuer/],
    [{ authorize_scopes: 'email profile' }, /include openid/],
    [{ authorize_scopes: 'openidx' }, /include openid/],
    [{ attributes_request_method: 'PUT' }, /GET or POST/],
    [{ oidc_issuer: 'http://idp.example.com' }, /not an https/],
    [{ oidc_issuer: 'idp.example.com' }, /not an address/],
    [{ oidc_issuer: 'https://idp.example.com/' }, /end with \//],
    [{ oidc_issuer: 'https://idp.example.com/?a' }, /neither a query/],
    [{ authorize_url: 'javascript:alert(1)' }, /authorize_url .* cannot be used/],
    [{ jwks_uri: 'http://idp.example.com/jwks' }, /jwks_uri .* cannot be used/],
    [{ attributes_url: 'https://10.0.0.1/' }, /attributes_url .* private address/],
    [{ clientid: 'rp1' }, /cannot have clientid/],
  ];
  for (const [details, message] of wrong)
    assert.match((await refused(complete(details), 'configuration')).message, message);
});

test('a document of another issuer is not believed, but for the slash that an issuer may end with', async (t) => {
  for (const issuer of ['https://evil.example.com', 'http://127.0.0.1', '', '{tenantid}']) {
    const { complete } = await start(t, { discovery: { issuer } });
    assert.match((await refused(complete({}), 'configuration')).message, /publishes another issuer/);
  }
  const { complete, vendor: slashed, environment } = await start(t);
  slashed.forge.claims = (claims) => ({ ...claims, iss: `${slashed.base}/` });
  slashed.route('/.well-known/openid-configuration', async () => {
    const base = slashed.base;
    const four = { authorization_endpoint: `${base}/authorize`, token_endpoint: `${base}/token` };
    return {
      json: { ...four, issuer: `${base}/`, userinfo_endpoint: `${base}/userinfo`, jwks_uri: `${base}/jwks` },
    };
  });
  const details = await complete({});
  const provider = openProvider({ name: 'Auth0', type: 'OIDC', details }, environment);
  assert.equal((await provider.finish(await comeBack(provider, slashed, 'maria'))).subject, '10157003');
});

test('an issuer that publishes nothing may end with a slash, and be no other', async (t) => {
  const { complete, four, vendor, environment } = await start(t);
  const issuer = `${vendor.base}/tenant/v2.0`;
  const details = await complete({ ...four, oidc_issuer: issuer });
  const provider = openProvider({ name: 'B2C', type: 'OIDC', details }, environment);
  const signIn = async (iss: string) => {
    vendor.forge.claims = (claims) => ({ ...claims, iss });
    return provider.finish(await comeBack(provider, vendor, 'maria'));
  };
  for (const iss of [issuer, `${issuer}/`]) assert.equal((await signIn(iss)).subject, '10157003');
  for (const iss of [vendor.base, `${issuer}//`, `${issuer}/other`, `${issuer}{tenantid}`])
    await refused(signIn(iss), 'not-verified');
});

test("Microsoft's hosts speak for each other, and nobody else for them", async (t) => {
  const { environment } = await start(t);
  const published = 'https://sts.windows.net/{tenantid}/';
  const outgoing = {
    ...environment.outgoing,
    fetch: async (url: string) => {
      const { origin } = new URL(url);
      const three = {
        authorization_endpoint: `${origin}/a`,
        token_endpoint: `${origin}/t`,
        jwks_uri: `${origin}/k`,
      };
      return Response.json({ issuer: published, ...three });
    },
  };
  const ask = (issuer: string) => discover(issuer, { ...environment, outgoing }, { anew: true });
  assert.equal((await ask('https://login.windows.net/common')).issuer, published);
  for (const issuer of ['https://evil.example.com', 'https://login.windows.net.evil.example.com/common'])
    await refused(ask(issuer), 'configuration');
});

test('private addresses are refused wherever they are named: issuer, endpoint, document', async (t) => {
  const { complete, vendor, environment } = await start(t, {
    discovery: { jwks_uri: 'http://169.254.169.254/latest/meta-data' },
  });
  const fault = await refused(complete({}), 'configuration');
  assert.match(fault.message, /publishes a jwks_uri, but it is not an https/);
  const outgoing = openOutgoing({ clock: environment.clock });
  t.after(() => outgoing.close());
  const strict = { ...environment, outgoing };
  assert.match((await refused(complete({}, strict), 'configuration')).message, /oidc_issuer .* not an https/);
  const inside = { oidc_issuer: 'https://127.0.0.1:1' };
  assert.match((await refused(complete(inside, strict), 'configuration')).message, /private address/);
  assert.equal(vendor.seen.filter(({ path }) => path.startsWith('/latest')).length, 0);
});

test("Microsoft's issuer is a template that the tenant of the token fills", async (t) => {
  const { complete, vendor, environment } = await start(t);
  const { base } = vendor;
  vendor.route('/common/.well-known/openid-configuration', () => ({
    json: {
      issuer: `${base}/{tenantid}/v2.0`,
      authorization_endpoint: `${base}/authorize`,
      token_endpoint: `${base}/token`,
      userinfo_endpoint: `${base}/userinfo`,
      jwks_uri: `${base}/jwks`,
    },
  }));
  const details = await complete({ oidc_issuer: `${base}/common` });
  const provider = openProvider({ name: 'Entra', type: 'OIDC', details }, environment);
  const signIn = async () => provider.finish(await comeBack(provider, vendor, 'maria'));
  const tid = '9188040d-6c67-4c5b-b112-36a304b66dad';
  vendor.forge.claims = (claims) => ({ ...claims, tid, iss: `${base}/${tid}/v2.0` });
  assert.equal((await signIn()).attributes['tid'], tid);
  const wrong = [
    { tid, iss: `${base}/other/v2.0` },
    { tid: 'other', iss: `${base}/${tid}/v2.0` },
    { iss: `${base}/${tid}/v2.0` },
    { iss: `${base}/{tenantid}/v2.0` },
    { tid: '../evil', iss: `${base}/../evil/v2.0` },
  ];
  for (const claims of wrong) {
    vendor.forge.claims = (plain) => ({ ...plain, ...claims });
    await refused(signIn(), 'not-verified');
  }
});

test('claims of every kind become text or lists of it', async (t) => {
  const extra = {
    age: 41,
    admin: false,
    groups: ['a', 'b', 3],
    address: { locality: 'Köln' },
    phone_number: null,
  };
  const { complete, vendor, environment } = await start(t, { extra });
  const provider = openProvider({ name: 'CorpOkta', type: 'OIDC', details: await complete({}) }, environment);
  const { attributes } = await provider.finish(await comeBack(provider, vendor, 'otto'));
  assert.equal(attributes['age'], '41');
  assert.equal(attributes['admin'], 'false');
  assert.equal(attributes['email_verified'], 'false');
  assert.deepEqual(attributes['groups'], ['a', 'b', '3']);
  assert.equal(attributes['address'], '{"locality":"Köln"}');
  assert.ok(!('phone_number' in attributes));
});
