import assert from 'node:assert/strict';
import { get } from 'node:http';
import { after, before, describe, test } from 'node:test';
import type { Client } from '../pool.ts';
import { authorizePath, claimsOf, headerOf, redeem } from './testing/requests.ts';
import { CALLBACK, openStage, type Stage } from './testing/stage.ts';

/** A challenge of the right form. */
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';

/** A request whose address is sent as it stands; `fetch` would write it anew. */
function rawGet(stage: Stage, path: string): Promise<string> {
  const { hostname, port, pathname } = new URL(stage.base);
  return new Promise((resolve, reject) => {
    get({ hostname, port, path: pathname + path }, (answer) => {
      answer.resume();
      resolve(answer.headers.location ?? '');
    }).on('error', reject);
  });
}

describe('the authorize endpoint', () => {
  let stage: Stage;
  let client: Client;
  before(async () => {
    const scopes = [{ ScopeName: 'read', ScopeDescription: 'Read' }];
    stage = await openStage({ resourceServers: [{ identifier: 'https://api.test', scopes }] });
    client = await stage.client();
  });
  after(() => stage.close());

  const ask = (given: Record<string, string | undefined>, of = client) =>
    stage.browser().visit(authorizePath(of, given));

  /** The answer that the client reads, wherever it is. */
  async function refusal(given: Record<string, string | undefined>, of = client): Promise<URLSearchParams> {
    const { status, location } = await ask(given, of);
    assert.equal(status, 302);
    assert.ok(location.startsWith(CALLBACK), location);
    const { search, hash } = new URL(location);
    assert.equal(search === '' || hash === '', true);
    return new URLSearchParams(search || hash.slice(1));
  }

  test('HUI-90 any method but GET is answered 405, HEAD too', async () => {
    for (const method of ['POST', 'HEAD', 'PUT', 'DELETE', 'OPTIONS']) {
      const { status, headers } = await stage.browser().visit(authorizePath(client), { method });
      assert.equal(status, 405, method);
      assert.equal(headers.get('allow'), 'GET');
      assert.deepEqual(headers.getSetCookie(), [], 'nothing has begun');
    }
  });

  test('HUI-91 without a known client nothing is sent to the redirect URI', async () => {
    const cases = { nobody: 'invalid_client', '': 'invalid_request' };
    for (const [id, error] of Object.entries(cases)) {
      const { status, location } = await ask({}, { ...client, id });
      const clientId = id && `&client_id=${id}`;
      assert.equal(status, 302);
      assert.equal(location, `${stage.base}/error?error=${error}${clientId}`);
    }
  });

  test('HUI-03 a client of another pool is unknown here', async () => {
    const elsewhere = await openStage();
    const foreign = await elsewhere.client();
    const { location } = await ask({}, foreign);
    assert.equal(location, `${stage.base}/error?error=invalid_client&client_id=${foreign.id}`);
    await elsewhere.close();
  });

  test('a client that is not enabled for OAuth, or has no provider, is refused on the error page', async () => {
    for (const given of [{ AllowedOAuthFlowsUserPoolClient: false }, { SupportedIdentityProviders: [] }]) {
      const closed = await stage.client(given);
      const { location } = await ask({}, closed);
      assert.equal(location, `${stage.base}/error?error=unauthorized_client&client_id=${closed.id}`);
    }
  });

  test('HUI-92 HUI-93 HUI-94 a redirect URI that is not registered to the letter is not redirected to', async () => {
    const near = [
      undefined,
      `${CALLBACK}/`,
      'https://app.test/CB',
      'https://APP.test/cb',
      'https://app.test:443/cb',
      `${CALLBACK}?a=1`,
      `${CALLBACK}#fragment`,
      'https://app.test/cb/../cb',
      'http://app.test/cb',
      'https://evil.test/',
    ];
    for (const uri of near) {
      const { location } = await ask({ redirect_uri: uri });
      assert.equal(location, `${stage.base}/error?error=redirect_mismatch&client_id=${client.id}`, uri);
    }
  });

  test('HUI-92 of two redirect URIs none is chosen', async () => {
    for (const other of [CALLBACK, 'https://evil.test/']) {
      const twice = `${authorizePath(client)}&redirect_uri=${encodeURIComponent(other)}`;
      const { location } = await stage.browser().visit(twice);
      assert.equal(location, `${stage.base}/error?error=redirect_mismatch&client_id=${client.id}`);
    }
  });

  test('HUI-95 HUI-96 a response_type that is missing or unknown is an invalid request', async () => {
    for (const type of [undefined, '', 'id_token', 'token id_token', 'code token', 'none', 'CODE'])
      assert.equal((await refusal({ response_type: type })).get('error'), 'invalid_request', type);
  });

  test('HUI-97 HUI-98 HUI-106 a flow that the client may not use is told in the channel of that flow', async () => {
    const onlyImplicit = await stage.client({ AllowedOAuthFlows: ['implicit'] });
    const onlyCode = await stage.client({ AllowedOAuthFlows: ['code'] });
    const code = await ask({ state: 's' }, onlyImplicit);
    assert.match(code.location, /^https:\/\/app\.test\/cb\?error=unauthorized_client&.*&state=s$/);
    const token = await ask({ response_type: 'token', state: 's' }, onlyCode);
    assert.match(token.location, /^https:\/\/app\.test\/cb#error=unauthorized_client&.*&state=s$/);
  });

  test('HUI-99 HUI-100 HUI-101 a challenge comes with its method, and the method is S256', async () => {
    const wrong = [
      { code_challenge: CHALLENGE },
      { code_challenge: CHALLENGE, code_challenge_method: 'plain' },
      { code_challenge: CHALLENGE, code_challenge_method: 's256' },
      { code_challenge_method: 'S256' },
      { code_challenge: 'short', code_challenge_method: 'S256' },
      { code_challenge: `${CHALLENGE}x`, code_challenge_method: 'S256' },
    ];
    for (const given of wrong) assert.equal((await refusal(given)).get('error'), 'invalid_request');
    const right = await ask({ code_challenge: CHALLENGE, code_challenge_method: 'S256' });
    assert.match(right.location, /\/login\?/);
  });

  test('HUI-35 HUI-39 HUI-40 HUI-102 a bad scope is told as invalid_scope', async () => {
    const bad = [
      'nonsense',
      'openid ö',
      'email',
      'phone profile',
      'aws.cognito.signin.user.admin',
      'https://api.test/read',
    ];
    for (const scope of bad) {
      const answer = await refusal({ scope });
      assert.equal(answer.get('error'), 'invalid_scope', scope);
      assert.equal(answer.get('error_description'), 'invalid_scope');
    }
  });

  test('HUI-103 a pool may have bad scopes told as the service does today', async () => {
    const today = await openStage({ tags: { 'foyer:scope-error': 'service' } });
    const { location } = await today
      .browser()
      .visit(authorizePath(await today.client(), { scope: 'nonsense' }));
    const answer = new URL(location).searchParams;
    assert.deepEqual(
      [...answer],
      [
        ['error', 'invalid_request'],
        ['error_description', 'invalid_scope'],
      ],
    );
    await today.close();
  });

  test('a parameter given twice is an invalid request; one that nobody knows is ignored', async () => {
    for (const name of ['response_type', 'scope', 'nonce', 'state', 'prompt', 'code_challenge']) {
      const { location } = await stage.browser().visit(`${authorizePath(client, { [name]: 'a' })}&${name}=a`);
      assert.match(location, /^https:\/\/app\.test\/cb\?error=invalid_request/, name);
    }
    const { location } = await ask({ unknown: '1', foyer: '{}', resource: 'https://x.test' });
    assert.match(location, /\/login\?/);
  });

  test('prompt, response_mode, provider and request objects are checked', async () => {
    const wrong = [
      { prompt: 'create' },
      { prompt: 'none login' },
      { response_mode: 'form_post' },
      { response_mode: 'fragment' },
      { identity_provider: 'Nowhere' },
      { idp_identifier: 'nowhere.test' },
      { id_token_hint: 'x' },
      { max_age: '-1' },
      { max_age: 'x' },
    ];
    for (const given of wrong)
      assert.equal((await refusal(given)).get('error'), 'invalid_request', JSON.stringify(given));
    assert.equal((await refusal({ request: 'x.y.z' })).get('error'), 'request_not_supported');
    assert.equal(
      (await refusal({ request_uri: 'https://x.test' })).get('error'),
      'request_uri_not_supported',
    );
  });

  test('HUI-105 state comes back to the byte, on success and on every error', async () => {
    const account = await stage.account();
    const states = [
      'plain',
      'a+b%20c',
      '%7B%22a%22%3A%20%5B1%5D%7D',
      '%zz%',
      '%E4%F6',
      'a=b=c',
      '%26error=x',
      '(!)*~',
      '',
    ];
    const browser = stage.browser();
    await browser.signIn(authorizePath(client), account.username);
    const cookie = await browser.jar.getCookieString(stage.base + authorizePath(client));
    for (const state of states) {
      const path = `${authorizePath(client)}&state=${state}`;
      const { location } = await browser.visit(path, { headers: { cookie } });
      assert.match(location, /\?code=[\w-]+&state=/);
      assert.equal(location.split('&state=')[1], state);
      for (const wrong of ['&scope=nonsense', '&prompt=create', '&request=x', '&max_age=x']) {
        const refused = await rawGet(stage, path + wrong);
        assert.equal(refused.split('&state=')[1], state, wrong);
      }
      const silent = await rawGet(stage, `${path}&prompt=none`);
      assert.match(silent, /error=login_required/);
      assert.equal(silent.split('&state=')[1], state);
    }
    assert.equal((await browser.visit(authorizePath(client))).location.includes('state'), false);
    assert.equal((await refusal({ scope: 'nonsense' })).has('state'), false);
  });

  test('ATK-08 what would be script in an address is encoded in the answer', async () => {
    const location = await rawGet(
      stage,
      `${authorizePath(client)}&scope=x&state="><script>alert\`1\`</script>`,
    );
    assert.match(location, /&state=%22%3E%3Cscript%3Ealert%601%60%3C\/script%3E$/);
  });

  test('HUI-112 without a session the sign-in page gets every parameter as it was sent', async () => {
    const sent = `${authorizePath(client, { state: 'a b' }).split('?')[1]}&odd=%7e+%20&nonce=n`;
    const { status, location } = await stage.browser().visit(`/oauth2/authorize?${sent}`);
    assert.equal(status, 302);
    const [page, query] = location.split('?');
    assert.equal(page, `${stage.base}/login`);
    assert.match(query ?? '', new RegExp(`^${sent.replace(/[.*+?^$]/g, '\\$&')}&interaction=[\\w-]{43}$`));
  });

  test('HUI-107 HUI-113 HUI-119 a live session is answered with a code in the query, without a page', async () => {
    const account = await stage.account();
    const browser = stage.browser();
    await browser.signIn(authorizePath(client), account.username);
    const { status, location, text, headers } = await browser.visit(authorizePath(client, { state: 'xyz' }));
    assert.equal(status, 302);
    assert.equal(text, '');
    assert.equal(headers.get('cache-control'), 'no-store');
    const { searchParams, hash, origin, pathname } = new URL(location);
    assert.equal(origin + pathname, CALLBACK);
    assert.deepEqual([...searchParams.keys()], ['code', 'state']);
    assert.equal(hash, '');
  });

  test('HUI-108 a query of the redirect URI stays as it is', async () => {
    const account = await stage.account();
    const uri = 'https://app.test/cb?tenant=A%2fb&empty=';
    const own = await stage.client({ CallbackURLs: [uri, 'myapp:/cb', 'http://localhost:3000/cb'] });
    const browser = stage.browser();
    const first = await browser.signIn(authorizePath(own, { redirect_uri: uri }), account.username);
    assert.ok(first.href.startsWith(`${uri}&code=`), first.href);
    const implicit = await browser.visit(authorizePath(own, { redirect_uri: uri, response_type: 'token' }));
    assert.ok(implicit.location.startsWith(`${uri}#id_token=`));
    const custom = await browser.visit(authorizePath(own, { redirect_uri: 'myapp:/cb' }));
    assert.match(custom.location, /^myapp:\/cb\?code=/);
    const loopback = await browser.visit(authorizePath(own, { redirect_uri: 'http://localhost:3000/cb' }));
    assert.match(loopback.location, /^http:\/\/localhost:3000\/cb\?code=/);
    const otherPort = await browser.visit(authorizePath(own, { redirect_uri: 'http://localhost:3001/cb' }));
    assert.match(otherPort.location, /redirect_mismatch/);
  });

  test('HUI-109 HUI-110 HUI-111 HUI-118 the implicit flow answers with tokens in the fragment', async () => {
    const account = await stage.account();
    const given = { response_type: 'token', scope: 'openid email', state: 's', nonce: 'n-1' };
    const { href, hash, search } = await stage
      .browser()
      .signIn(authorizePath(client, given), account.username);
    assert.equal(search, '');
    const answer = Object.fromEntries(new URLSearchParams(hash.slice(1)));
    assert.deepEqual(Object.keys(answer), ['id_token', 'access_token', 'token_type', 'expires_in', 'state']);
    assert.equal(answer['token_type'], 'Bearer');
    assert.equal(answer['expires_in'], '3600');
    assert.equal(claimsOf(answer['id_token'])['nonce'], 'n-1');
    assert.equal(claimsOf(answer['access_token'])['sub'], account.id);
    assert.deepEqual(headerOf(answer['id_token']), { kid: stage.pool.keys.signing.id.kid, alg: 'RS256' });
    assert.equal(href.includes('refresh_token'), false);
  });

  test('HUI-111 no code is left behind that could be exchanged for more', async () => {
    const codes: string[] = [];
    const watched = await openStage({
      sessions: (store) => ({
        ...store,
        put: (kind, id, value, expiresAt) => {
          if (kind === 'code') codes.push(id);
          return store.put(kind, id, value, expiresAt);
        },
      }),
    });
    const own = await watched.client();
    const { username } = await watched.account();
    await watched.browser().signIn(authorizePath(own, { response_type: 'token' }), username);
    assert.equal(codes.length, 1);
    assert.equal(await watched.pool.sessions.find('code', codes[0] ?? ''), undefined);
    await watched.close();
  });

  test('HUI-34 HUI-110 without openid there is no ID token', async () => {
    const account = await stage.account();
    const plain = await stage.client({ AllowedOAuthScopes: ['https://api.test/read', 'openid'] });
    const scope = 'https://api.test/read';
    const browser = stage.browser();
    const implicit = await browser.signIn(
      authorizePath(plain, { response_type: 'token', scope, nonce: 'n' }),
      account.username,
    );
    const answer = new URLSearchParams(implicit.hash.slice(1));
    assert.equal(answer.has('id_token'), false);
    assert.equal(claimsOf(answer.get('access_token'))['scope'], scope);
    const code = await browser.visit(authorizePath(plain, { scope, nonce: 'n' }));
    const { body } = await redeem(stage, plain, new URL(code.location).searchParams.get('code'));
    assert.deepEqual(Object.keys(body).sort(), ['access_token', 'expires_in', 'refresh_token', 'token_type']);
  });

  test('HUI-36 HUI-38 HUI-44 scopes: all that the client has when none are named, separated by + or %20', async () => {
    const account = await stage.account();
    const both = await stage.client({ AllowedOAuthScopes: ['openid', 'email', 'https://api.test/read'] });
    const browser = stage.browser();
    await browser.signIn(authorizePath(both), account.username);
    const scopeOf = async (query: string) => {
      const { location } = await browser.visit(`${authorizePath(both, { response_type: 'token' })}${query}`);
      return claimsOf(new URLSearchParams(new URL(location).hash.slice(1)).get('access_token'))['scope'];
    };
    assert.equal(await scopeOf(''), 'openid email https://api.test/read');
    assert.equal(await scopeOf('&scope='), 'openid email https://api.test/read');
    assert.equal(await scopeOf('&scope=openid+email'), 'openid email');
    assert.equal(
      await scopeOf('&scope=https%3A%2F%2Fapi.test%2Fread%20openid'),
      'https://api.test/read openid',
    );
  });

  test('HUI-104 a failure after the client is known goes back to it as server_error, its cause to the log', async () => {
    const broken = await openStage({
      sessions: (store) => ({
        ...store,
        put: () => Promise.reject(new Error('the disk is full')),
      }),
    });
    const own = await broken.client();
    const given = { state: 's+1' };
    const code = await broken.browser().visit(authorizePath(own, given));
    assert.equal(code.status, 302);
    assert.equal(code.location, `${CALLBACK}?error=server_error&state=s%2B1`);
    const token = await broken.browser().visit(authorizePath(own, { ...given, response_type: 'token' }));
    assert.equal(token.location, `${CALLBACK}#error=server_error&state=s%2B1`);
    assert.match(broken.logged.join(), /the disk is full/);
    await broken.close();
  });

  test('the short address works too', async () => {
    const { location } = await stage.browser().visit(authorizePath(client, {}, '/authorize'));
    assert.match(location, /\/login\?.*interaction=/);
  });
});
