import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { cookiesOf } from '../cookies.ts';
import { discoveryDocument } from '../discovery.ts';
import { answerOf, openOpenIdStage } from '../testing/openid.ts';
import { authorizePath } from '../testing/requests.ts';
import type { Stage } from '../testing/stage.ts';
import { openOpenIdProvider } from './provider.ts';

let stage: Stage;
before(async () => {
  stage = await openOpenIdStage();
});
after(() => stage.close());

type Document = Record<string, unknown>;
const ours = (tags: Record<string, string> = {}): Document =>
  JSON.parse(
    JSON.stringify(
      discoveryDocument({ ...stage.pool, tags: { ...stage.pool.tags, ...tags } }, 'https://idp.test'),
    ),
  );
const sorted = (list: unknown) => [...(list as string[])].sort();

/** What the library says of itself when it is asked in place of us. */
async function theirs(): Promise<Document> {
  const address = { base: stage.base, mountPath: '' };
  const provider = openOpenIdProvider(stage.pool, address, cookiesOf(stage.pool, address));
  const server = createServer(provider.callback()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/.well-known/openid-configuration`);
    return (await answer.json()) as Document;
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** Members in which ours differs from the library's, and why. */
const DIFFERENCES: Record<string, string> = {
  authorization_endpoint: 'below the address of the pool, which is not that of the issuer',
  token_endpoint: 'the same',
  userinfo_endpoint: 'the same',
  revocation_endpoint: 'the same',
  jwks_uri: 'keys are at the public address, whatever the issuer is called',
  end_session_endpoint: 'signing out is ours, to the library it is switched off',
  pushed_authorization_request_endpoint:
    'to the library on for all; here while the feature is on for the pool',
  device_authorization_endpoint: 'the same',
  dpop_signing_alg_values_supported: 'the same',
  token_endpoint_auth_methods_supported: 'the same, for clients that prove themselves by a JWT',
  token_endpoint_auth_signing_alg_values_supported: 'the same',
  grant_types_supported: 'the same, for grants of features',
  scopes_supported: 'without what only applications of this pool know',
  claims_supported: 'with the claims that every ID token has by itself',
  revocation_endpoint_auth_methods_supported: 'RFC 8414; the library leaves it to its default',
  display_values_supported: 'optional, said all the same: each is taken',
  prompt_values_supported: 'Initiating User Registration 1.0; clients ask for it',
  ui_locales_supported: 'the languages of the hosted pages',
  frontchannel_logout_supported: 'signing out is ours; the library does not know this way',
  frontchannel_logout_session_supported: 'the same',
};

test('OID-2 the document says what the library says of itself, but for differences that have a reason', async () => {
  const [mine, library] = [ours(), await theirs()];
  const differing = [...new Set([...Object.keys(mine), ...Object.keys(library)])].filter((name) => {
    const [a, b] = [mine[name], library[name]];
    return Array.isArray(a) && Array.isArray(b)
      ? JSON.stringify(sorted(a)) !== JSON.stringify(sorted(b))
      : JSON.stringify(a) !== JSON.stringify(b);
  });
  const unexplained = differing.filter((name) => !(name in DIFFERENCES));
  assert.deepEqual(unexplained, []);
  const idle = Object.keys(DIFFERENCES).filter((name) => !differing.includes(name));
  assert.deepEqual(idle, [], 'no reason is given for what does not differ');
  for (const name of [
    'issuer',
    'response_types_supported',
    'response_modes_supported',
    'acr_values_supported',
  ])
    assert.ok(name in mine && !differing.includes(name), name);
  for (const claim of library['claims_supported'] as string[])
    assert.ok((mine['claims_supported'] as string[]).includes(claim), claim);
});

test('OID-1 the document is below the issuer, and the endpoints that it names answer', async () => {
  const { origin, pool } = stage;
  const answer = await fetch(`${origin}/${pool.id}/.well-known/openid-configuration`);
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get('content-type') ?? '', /^application\/json/);
  const document = (await answer.json()) as Document;
  assert.equal(document['issuer'], pool.issuer);
  assert.equal(`${document['issuer']}/.well-known/openid-configuration`, answer.url);
  const endpoints = Object.entries(document).filter(([name]) => /_endpoint$|^jwks_uri$/.test(name));
  assert.ok(endpoints.length >= 6);
  for (const [name, url] of endpoints) {
    const { status } = await fetch(String(url), { redirect: 'manual' });
    assert.notEqual(status, 404, name);
  }
});

test('OID-3 what a feature adds is said while it is on for the pool', () => {
  const plain = ours();
  const all = ours({
    'foyer:oauth-features': 'par dpop jwt-client-auth resource-indicators device token-exchange registration',
  });
  for (const name of ['pushed_authorization_request_endpoint', 'dpop_signing_alg_values_supported']) {
    assert.equal(plain[name], undefined);
    assert.ok(all[name], name);
  }
  const grants = (document: Document) => document['grant_types_supported'] as string[];
  for (const grant of ['device_code', 'token-exchange']) {
    const name = `urn:ietf:params:oauth:grant-type:${grant}`;
    assert.ok(!grants(plain).includes(name) && grants(all).includes(name), name);
  }
  const methods = (document: Document) => document['token_endpoint_auth_methods_supported'] as string[];
  assert.deepEqual(sorted(methods(plain)), ['client_secret_basic', 'client_secret_post', 'none']);
  assert.equal(plain['token_endpoint_auth_signing_alg_values_supported'], undefined);
  assert.ok(methods(all).includes('private_key_jwt'));
  assert.ok(!(all['token_endpoint_auth_signing_alg_values_supported'] as string[]).includes('none'));
});

test('OID-4 each response type, scope and prompt that the document names is served', async () => {
  const document = ours();
  const { username } = await stage.account();
  const client = await stage.client({}, 'a-secret-of-the-tests');
  const scope = (document['scopes_supported'] as string[]).join(' ');
  for (const response_type of document['response_types_supported'] as string[]) {
    const path = authorizePath(client, { response_type, scope, nonce: 'n' });
    const answer = answerOf(await stage.browser().signIn(path, username));
    for (const part of response_type.split(' '))
      assert.ok(
        answer[part === 'token' ? 'access_token' : part],
        `${response_type}: ${JSON.stringify(answer)}`,
      );
  }
  for (const prompt of document['prompt_values_supported'] as string[]) {
    const path = authorizePath(client, { scope, prompt });
    const { location, text } = await stage.browser().follow(path);
    assert.ok(prompt === 'none' ? location.includes('login_required') : text.includes('"login"'), prompt);
  }
});
