import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import type { Client } from '../../pool.ts';
import { redeemRefreshToken } from '../../tokens/refresh-token.ts';
import { mockTime } from '../testing/mock-time.ts';
import { authorizePath, claimsOf, codeFor, form, redeem, refresh } from '../testing/requests.ts';
import { CALLBACK, LOGOUT, openStage, type Stage } from '../testing/stage.ts';

const SECRET = 'a-secret-of-the-tests';
let stage: Stage;
/** An application's own endpoint, which is told that a session has ended. */
let application: Server;
const told: Record<string, unknown>[] = [];
let status = 200;

const wait = mockTime();
before(async () => {
  stage = await openStage({ tags: { 'foyer:profile': 'openid' } });
  application = createServer(async (req, res) => {
    const sent = new URLSearchParams(await text(req));
    told.push({ path: req.url, ...claimsOf(sent.get('logout_token')) });
    res.writeHead(status).end();
  }).listen(0, '127.0.0.1');
  await once(application, 'listening');
});
after(async () => {
  application.close();
  await stage.close();
});

const endpoint = (path: string) => `http://127.0.0.1:${(application.address() as AddressInfo).port}${path}`;

/** A browser of somebody who signed in to the client. */
async function signedIn(client: Client, scope = 'openid') {
  const browser = stage.browser();
  const { username, id } = await stage.account();
  const { body } = await redeem(stage, client, await codeFor(browser, client, username, { scope }));
  const isSignedIn = async () => {
    const { location } = await browser.follow(authorizePath(client, { scope: 'openid', prompt: 'none' }));
    return new URL(location).searchParams.has('code');
  };
  return { browser, id, username, isSignedIn, tokens: body as Record<string, string> };
}

test('OID-200 OID-201 whoever is named by their ID token is signed out at once and led back with the state', async () => {
  const client = await stage.client(
    { IdTokenValidity: 5, TokenValidityUnits: { IdToken: 'minutes' } },
    SECRET,
  );
  const { browser, isSignedIn, tokens } = await signedIn(client);
  const query = { id_token_hint: tokens['id_token'], post_logout_redirect_uri: LOGOUT, state: 'a b&c' };
  // A token that has expired says as well whom the application means.
  wait(10 * 60_000);
  const { location } = await browser.visit(`/logout?${form(query)}`);
  assert.equal(location, `${LOGOUT}?state=a+b%26c`);
  assert.equal(await isSignedIn(), false);
});

test('OID-202 without an ID token of theirs the person is asked, and may stay', async () => {
  const client = await stage.client({ ClientName: 'Bills' }, SECRET);
  const { browser, isSignedIn } = await signedIn(client);
  const other = await signedIn(client);
  const query = { client_id: client.id, post_logout_redirect_uri: LOGOUT, state: 's' };
  for (const asked of [query, { ...query, id_token_hint: other.tokens['id_token'] }, {}]) {
    const page = JSON.parse((await browser.visit(`/logout?${form(asked)}`)).text);
    assert.equal(page.page, 'sign-out');
  }
  assert.ok(await isSignedIn());
  const stay = await browser.visit('/logout', { method: 'POST', body: form({ ...query, answer: 'stay' }) });
  assert.equal(JSON.parse(stay.text).page, 'stayed');
  assert.ok(await isSignedIn());
  const leave = await browser.visit('/logout', { method: 'POST', body: form({ ...query, answer: 'leave' }) });
  // By a page: browsers stop a form whose answer leads to another site.
  assert.deepEqual(JSON.parse(leave.text), { page: 'leave-elsewhere', frames: [], to: `${LOGOUT}?state=s` });
  assert.equal(await isSignedIn(), false);
});

test('OID-203 a form of an application is as good as an address', async () => {
  const client = await stage.client({}, SECRET);
  const { browser, isSignedIn, tokens } = await signedIn(client);
  const query = { id_token_hint: tokens['id_token'], post_logout_redirect_uri: LOGOUT };
  const { location } = await browser.follow('/logout', { method: 'POST', body: form(query) });
  assert.equal(location, LOGOUT);
  assert.equal(await isSignedIn(), false);
});

test('OID-204 OID-205 ATK-06 nobody is led to an address that is not registered, or by a hint that is not ours', async () => {
  const client = await stage.client({}, SECRET);
  const another = await stage.client({}, SECRET);
  const { browser, isSignedIn, tokens } = await signedIn(client);
  const hint = tokens['id_token'] ?? '';
  const broken = `${hint.slice(0, -4)}AAAA`;
  for (const [query, error] of [
    [{ id_token_hint: hint, post_logout_redirect_uri: 'https://evil.test' }, 'logout_uri_mismatch'],
    [{ id_token_hint: hint, post_logout_redirect_uri: `${LOGOUT}/` }, 'logout_uri_mismatch'],
    [{ id_token_hint: hint, post_logout_redirect_uri: `${LOGOUT}?x=1` }, 'logout_uri_mismatch'],
    [{ id_token_hint: hint, post_logout_redirect_uri: CALLBACK }, 'logout_uri_mismatch'],
    [{ id_token_hint: broken, post_logout_redirect_uri: LOGOUT }, 'invalid_request'],
    [{ id_token_hint: 'x', client_id: client.id, post_logout_redirect_uri: LOGOUT }, 'invalid_request'],
    [{ id_token_hint: tokens['access_token'], post_logout_redirect_uri: LOGOUT }, 'invalid_request'],
    [{ id_token_hint: hint, client_id: another.id, post_logout_redirect_uri: LOGOUT }, 'invalid_request'],
    [{ client_id: 'nobody', post_logout_redirect_uri: LOGOUT }, 'invalid_client'],
  ] as const) {
    const answer = await browser.visit(`/logout?${form(query)}`);
    assert.equal(answer.status, 400);
    assert.equal(JSON.parse(answer.text).error, error);
  }
  const twice = `/logout?${form({ id_token_hint: hint })}&${form({ id_token_hint: hint })}`;
  assert.equal((await browser.visit(twice)).status, 400);
  assert.ok(await isSignedIn());
  // An address without an application that could have registered it is passed over.
  const nameless = await browser.visit('/logout', {
    method: 'POST',
    body: form({ post_logout_redirect_uri: LOGOUT, answer: 'leave' }),
  });
  assert.match(nameless.location, /\/signedout$/);
});

test('OID-206 without a session the browser is led back all the same', async () => {
  const client = await stage.client({}, SECRET);
  const { tokens } = await signedIn(client);
  const query = { id_token_hint: tokens['id_token'], post_logout_redirect_uri: LOGOUT, state: '1' };
  assert.equal((await stage.browser().visit(`/logout?${form(query)}`)).location, `${LOGOUT}?state=1`);
});

test('OID-207 OID-208 each application that asked is told by its server, with the session that it knows', async () => {
  const knowing = await stage.client(
    {
      OpenId: {
        backchannel_logout_uri: endpoint('/knowing'),
        backchannel_logout_session_required: true,
      },
    },
    SECRET,
  );
  const plain = await stage.client({ OpenId: { backchannel_logout_uri: endpoint('/plain') } }, SECRET);
  const silent = await stage.client({}, SECRET);
  const { browser, id, username, tokens } = await signedIn(knowing);
  for (const client of [plain, silent])
    await browser.follow(authorizePath(client, { scope: 'openid', login_hint: username }));
  status = 500;
  told.length = 0;
  const { location } = await browser.visit(
    `/logout?${form({ id_token_hint: tokens['id_token'], post_logout_redirect_uri: LOGOUT })}`,
  );
  status = 200;
  assert.equal(location, LOGOUT, 'an application that fails keeps nobody signed in');
  const byPath = Object.fromEntries(told.map(({ path, ...claims }) => [path, claims]));
  assert.deepEqual(Object.keys(byPath).sort(), ['/knowing', '/plain']);
  const { sid, aud, iss, sub, events, nonce } = byPath['/knowing'] ?? {};
  assert.deepEqual(
    { aud, iss, sub, nonce },
    { aud: knowing.id, iss: stage.pool.issuer, sub: id, nonce: undefined },
  );
  assert.deepEqual(events, { 'http://schemas.openid.net/event/backchannel-logout': {} });
  assert.equal(sid, claimsOf(tokens['id_token'])['sid']);
  assert.ok(sid);
  assert.equal(byPath['/plain']?.['sub'], id);
  assert.match(stage.logged.join('\n'), /was not told that somebody signed out/);
});

test('OID-209 what the session gave ends with it, but for what was asked for beyond it', async () => {
  const client = await stage.client({}, SECRET);
  const { browser, username, tokens } = await signedIn(client);
  const second = await redeem(
    stage,
    client,
    new URL((await browser.follow(authorizePath(client, { scope: 'openid' }))).location).searchParams.get(
      'code',
    ),
  );
  const elsewhere = stage.browser();
  await codeFor(elsewhere, client, username, { scope: 'openid' });
  const lasting = await elsewhere.signIn(
    authorizePath(client, { scope: 'openid offline_access', prompt: 'consent' }),
    username,
  );
  await browser.visit(
    `/logout?${form({ id_token_hint: tokens['id_token'], post_logout_redirect_uri: LOGOUT })}`,
  );
  for (const token of [tokens['refresh_token'], second.body['refresh_token']])
    assert.equal((await refresh(stage, client, token)).body['error'], 'invalid_grant');
  const { body } = await redeem(stage, client, lasting.searchParams.get('code'));
  assert.equal((await refresh(stage, client, body['refresh_token'])).status, 200);
});

test('OID-210 applications that end their sessions in the browser are opened in frames', async () => {
  const client = await stage.client(
    {
      OpenId: {
        frontchannel_logout_uri: 'https://app.test/front?x=1',
        frontchannel_logout_session_required: true,
      },
    },
    SECRET,
  );
  const { browser, tokens } = await signedIn(client);
  const answer = await browser.visit(
    `/logout?${form({ id_token_hint: tokens['id_token'], post_logout_redirect_uri: LOGOUT })}`,
  );
  const { page, frames, to } = JSON.parse(answer.text);
  assert.equal(page, 'leave-elsewhere');
  assert.equal(to, LOGOUT);
  const [frame] = frames.map((address: string) => new URL(address));
  assert.equal(frame.origin + frame.pathname, 'https://app.test/front');
  assert.deepEqual(Object.fromEntries(frame.searchParams), {
    x: '1',
    iss: stage.pool.issuer,
    sid: claimsOf(tokens['id_token'])['sid'],
  });
});

test('OID-209 the tokens of an application whose settings are no good any more end too', async () => {
  const client = await stage.client({}, SECRET);
  const { browser, tokens } = await signedIn(client);
  await stage.pool.directory.update('client', client.id, (current) => ({
    ...current,
    settings: { ...current.settings, OpenId: { token_endpoint_auth_method: 'private_key_jwt' } },
  }));
  await browser.visit('/logout', { method: 'POST', body: form({ answer: 'leave' }) });
  await assert.rejects(redeemRefreshToken(stage.pool, client, tokens['refresh_token'] ?? ''), {
    reason: 'refresh-token-revoked',
  });
});
