/** What each of the vendors that the API has types for does in its own way, and must not be able to do. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { assertQuiet, refused } from '../contract.ts';
import { CALLBACK, comeBack, type Vendor } from '../contract-code.ts';
import { completeDetails, openProvider, providerKind } from '../registry.ts';
import { openEnvironment } from '../testing/environment.ts';

import {
  app,
  ids,
  openAmazonPeer,
  openApplePeer,
  openFacebookPeer,
  openGoogle,
  privateKey,
  publicKey,
  recordOf,
} from '../testing/social-peers.ts';

async function opened<V extends Vendor>(t: TestContext, open: () => Promise<V>) {
  const vendor = await open();
  t.after(async () => {
    vendor.environment.outgoing.close();
    await vendor.server.close();
  });
  const { record, environment, server } = vendor;
  const provider = openProvider(record, environment);
  const scope = async () => {
    const { redirect } = await provider.begin({ callbackUrl: CALLBACK, state: 's' });
    return new URL(redirect).searchParams.get('scope');
  };
  const signIn = async (who = 'maria') => provider.finish(await comeBack(provider, server, who));
  return { ...vendor, provider, scope, signIn };
}

const REPEATERS: [() => Promise<Vendor>, string][] = [
  [openGoogle, '/token'],
  [openGoogle, '/userinfo'],
  [openFacebookPeer, '/v17.0/oauth/access_token'],
  [openFacebookPeer, '/v17.0/me'],
  [openAmazonPeer, '/auth/o2/token'],
  [openAmazonPeer, '/user/profile'],
  [openApplePeer, '/token'],
];
for (const [open, path] of REPEATERS)
  test(`FED-60 what a vendor repeats of what it was sent is told to nobody: ${path}`, async (t) => {
    const { provider, server } = await opened(t, open);
    const sent: string[] = [];
    server.route(path, ({ form, query, headers }) => {
      const token = headers.authorization?.replace('Bearer ', '');
      const names = ['client_secret', 'code', 'code_verifier'];
      const secrets = names.map((name) => form.get(name) ?? query.get(name));
      sent.push(...[token, ...secrets].filter((each) => typeof each === 'string'));
      const error = { code: 190, message: `Malformed: ${sent[0]} ${sent[1] ?? ''} ${query} ${form}` };
      return { status: 400, json: { error } };
    });
    const fault = await refused(provider.finish(await comeBack(provider, server, 'maria')), 'refused');
    assert.match(fault.description, /190 Malformed: \*\*\*/);
    assertQuiet(fault, sent);
  });

test('Google is called where it publishes its endpoints, whatever is described', async (t) => {
  const { record, environment } = await opened(t, openGoogle);
  const called: string[] = [];
  const outgoing = {
    ...environment.outgoing,
    fetch: async (url: string) => {
      called.push(url);
      return Response.json({});
    },
  };
  const google = openProvider(record, { ...environment, outgoing, overrides: {} });
  const { redirect, kept } = await google.begin({ callbackUrl: CALLBACK, state: 's' });
  assert.ok(redirect.startsWith('https://accounts.google.com/o/oauth2/v2/auth?'));
  const parameters = { code: 'c', state: 's', iss: 'https://accounts.google.com' };
  await refused(
    google.finish({ method: 'GET', parameters, callbackUrl: CALLBACK, kept, state: 's' }),
    'refused',
  );
  assert.deepEqual(called, ['https://oauth2.googleapis.com/token']);
});

test('Facebook is asked for scopes with commas, and for id and what is mapped', async (t) => {
  const { scope, signIn, server, record, environment } = await opened(t, openFacebookPeer);
  assert.equal(await scope(), 'public_profile,email');
  await signIn();
  const fields = () => server.seen.findLast(({ path }) => path === '/v17.0/me')?.query.get('fields');
  assert.equal(fields(), 'id,email,picture');
  const bare = openProvider({ ...record, mapping: { username: 'id' } }, environment);
  await bare.finish(await comeBack(bare, server, 'maria'));
  assert.equal(fields(), 'id');
  const unknown = openProvider({ ...record, mapping: { name: 'shoe_size' } }, environment);
  const fault = await refused(unknown.finish(await comeBack(unknown, server, 'maria')), 'refused');
  assert.match(fault.description, /^Facebook Error - 400 100 Tried accessing nonexisting field/);
});

test('Google is asked for scopes with blanks, and for openid without which nothing is verified', async (t) => {
  const { scope, server, signIn } = await opened(t, openGoogle);
  assert.equal(await scope(), 'openid profile email');
  server.forge.claims = (claims) => ({ ...claims, iss: 'accounts.google.com' });
  assert.equal((await signIn()).subject, ids.maria);
  server.forge.claims = (claims) => ({ ...claims, iss: 'https://evil.example.com' });
  await refused(signIn(), 'not-verified');
  server.forge.claims = undefined;
  server.forge.userInfo = (claims) => ({ json: { ...claims, sub: ids.otto } });
  await refused(signIn(), 'not-verified');
});

test('Amazon must have made the token for us, and the profile be of its holder', async (t) => {
  const { scope, signIn, server } = await opened(t, openAmazonPeer);
  assert.equal(await scope(), 'profile postal_code');
  const user_id = `amzn1.account.${ids.maria}`;
  server.broken.set('/auth/o2/tokeninfo', { json: { aud: 'another', user_id } });
  await refused(signIn(), 'not-verified');
  server.broken.set('/auth/o2/tokeninfo', { json: { aud: app.id, user_id: 'amzn1.account.other' } });
  await refused(signIn(), 'not-verified');
  server.broken.set('/auth/o2/tokeninfo', { json: { aud: app.id, user_id } });
  assert.equal((await signIn()).subject, user_id);
});

test("Apple's name comes with the first visit; nothing else is taken from what the browser posts", async (t) => {
  const { provider, signIn, server } = await opened(t, openApplePeer);
  const first = await comeBack(provider, server, 'otto');
  assert.equal(first.method, 'POST');
  assert.ok(first.parameters['user']?.includes('Øst'));
  const proven = await provider.finish(first);
  assert.deepEqual([proven.attributes['firstName'], proven.attributes['lastName']], ['Otto', 'Øst']);
  assert.equal(proven.attributes['name'], 'Otto Øst');
  assert.equal((await signIn('otto')).attributes['name'], undefined);
  const second = await comeBack(provider, server, 'otto');
  for (const user of [
    JSON.stringify({ email: 'ceo@example.com', sub: '1', name: { firstName: { a: 1 }, email: 'x' } }),
    '{"__proto__":{"email":"x"}}',
    'null',
    '[',
  ]) {
    const answer = { ...(await comeBack(provider, server, 'otto')), method: second.method };
    const { subject, attributes } = await provider.finish({
      ...answer,
      parameters: { ...answer.parameters, user },
    });
    assert.equal(subject, ids.otto);
    assert.equal(attributes['email'], 'otto@example.com');
    assert.equal(attributes['firstName'], undefined);
  }
});

test("Apple's key is taken with or without its PEM lines, and anything else is refused at once", async (t) => {
  const { record, environment, server } = await opened(t, openApplePeer);
  const inside = privateKey.replaceAll(/-----.*-----|\n/g, '');
  const details = { ...record.details, private_key: inside };
  const provider = openProvider({ ...record, details }, environment);
  assert.equal((await provider.finish(await comeBack(provider, server, 'maria'))).subject, ids.maria);
  assert.equal((await completeDetails({ ...record, details }, environment))['private_key'], inside);
  const { privateKey: other } = generateKeyPairSync('ec', {
    namedCurve: 'P-384',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  for (const private_key of ['x', publicKey, other]) {
    const wrong = { ...record, details: { ...record.details, private_key } };
    const fault = await refused(completeDetails(wrong, environment), 'configuration');
    assert.ok(!fault.message.includes(private_key.slice(30, 60)) || private_key === 'x');
  }
});

test('where the vendors are is shown, and not for administrators of pools to change', async (t) => {
  const environment = openEnvironment();
  t.after(() => environment.outgoing.close());
  const shown: Record<string, Record<string, string>> = {
    Facebook: {
      authorize_url: 'https://www.facebook.com/v17.0/dialog/oauth',
      token_url: 'https://graph.facebook.com/v17.0/oauth/access_token',
      token_request_method: 'GET',
      attributes_url: 'https://graph.facebook.com/v17.0/me?fields=',
      attributes_url_add_attributes: 'true',
    },
    Google: {
      authorize_url: 'https://accounts.google.com/o/oauth2/v2/auth',
      token_url: 'https://www.googleapis.com/oauth2/v4/token',
      token_request_method: 'POST',
      attributes_url: 'https://people.googleapis.com/v1/people/me?personFields=',
      attributes_url_add_attributes: 'true',
      oidc_issuer: 'https://accounts.google.com',
    },
    LoginWithAmazon: {
      authorize_url: 'https://www.amazon.com/ap/oa',
      token_url: 'https://api.amazon.com/auth/o2/token',
      token_request_method: 'POST',
      attributes_url: 'https://api.amazon.com/user/profile',
      attributes_url_add_attributes: 'false',
    },
  };
  for (const [type, derived] of Object.entries(shown)) {
    const record = recordOf(type, 'email');
    const complete = await completeDetails(record, environment);
    assert.deepEqual(complete, { ...record.details, ...derived });
    // Terraform sends back what it was shown.
    assert.deepEqual(await completeDetails({ ...record, details: complete }, environment), complete);
    const moved = { ...record, details: { ...complete, token_url: 'https://evil.example.com/token' } };
    assert.match((await refused(completeDetails(moved, environment), 'configuration')).message, /token_url/);
    const named = await refused(completeDetails({ ...record, name: 'Mine' }, environment), 'configuration');
    assert.equal(named.message, `Provider Mine cannot be of type ${type}.`);
    for (const missing of ['client_id', 'client_secret', 'authorize_scopes']) {
      const { [missing]: _, ...details } = record.details;
      const fault = await refused(completeDetails({ ...record, details }, environment), 'configuration');
      assert.match(fault.message, new RegExp(`must have ${missing}$`));
    }
  }
  const newer = recordOf('Facebook', 'email');
  newer.details['api_version'] = 'v21.0';
  const { authorize_url, token_url } = await completeDetails(newer, environment);
  assert.equal(authorize_url, 'https://www.facebook.com/v21.0/dialog/oauth');
  assert.equal(token_url, 'https://graph.facebook.com/v21.0/oauth/access_token');
  newer.details['api_version'] = 'v21.0/../../evil';
  await refused(completeDetails(newer, environment), 'configuration');
});

test('each type says what a username may be mapped to, and a type that nobody knows is refused', async () => {
  const subjects = ['Facebook', 'Google', 'LoginWithAmazon', 'SignInWithApple', 'OIDC'].map(
    (type) => providerKind(type).subject,
  );
  assert.deepEqual(subjects, ['id', 'sub', 'user_id', 'sub', 'sub']);
  for (const type of ['MySpace', '', 'constructor', '__proto__', 'google'])
    assert.throws(() => providerKind(type), /no provider type/);
});
