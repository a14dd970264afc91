import assert from 'node:assert/strict';
import { get } from 'node:http';
import { after, before, describe, test } from 'node:test';
import type { Client } from '../pool.ts';
import { authorizePath, claimsOf, headerOf, redeem, toldClient } from './testing/requests.ts';
import { CALLBACK, openStage, type Stage } from './testing/stage.ts';

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

describe('answers of the authorize endpoint', () => {
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

  const refusal = async (given: Record<string, string | undefined>, of = client) =>
    toldClient(await ask(given, of));

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
});
