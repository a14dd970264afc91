import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from '../testing/browser.ts';
import { answerAtOnce, answerOf, openOpenIdStage, SECRET, shownAt } from '../testing/openid.ts';
import { authorizePath, basic, claimsOf, form, post, redeem } from '../testing/requests.ts';
import type { Stage } from '../testing/stage.ts';
import { agreedBy } from './consent.ts';

let stage: Stage;
before(async () => {
  stage = await openOpenIdStage();
});
after(() => stage.close());

const asksFirst = () => stage.client({ OpenId: { consent: true } }, SECRET);
const answering = (answer: string) => ({ method: 'POST', body: form({ answer }) });

/** A browser in which somebody is signed in, at an application that asks for nothing. */
async function signedIn() {
  const plain = await stage.client({}, SECRET);
  const { username, id } = await stage.account();
  const browser = stage.browser();
  await browser.signIn(authorizePath(plain, { scope: 'openid' }), username);
  return { browser, username, id };
}

async function allow(browser: Browser, url: string): Promise<Record<string, string>> {
  return answerOf((await browser.follow(url, answering('allow'))).location);
}

test('OID-70 a client that must ask is not answered before the person has allowed it', async () => {
  const client = await asksFirst();
  const { browser, id } = await signedIn();
  const shown = await shownAt(browser, authorizePath(client, { scope: 'openid email', state: 's' }));
  assert.equal(shown['page'], 'consent');
  assert.deepEqual(shown['consent'], {
    scopes: ['openid', 'email'],
    claims: [],
    resources: [],
    accountId: id,
  });
  const answer = await allow(browser, shown.url);
  assert.equal(answer['state'], 's');
  const { body } = await redeem(stage, client, answer['code'] ?? '');
  assert.equal(claimsOf(body['id_token'])['sub'], id);
});

test('OID-70 prompt=consent asks at every client, each time', async () => {
  const client = await stage.client({}, SECRET);
  const { browser } = await signedIn();
  const path = authorizePath(client, { scope: 'openid', prompt: 'consent' });
  for (let time = 0; time < 2; time++) {
    const shown = await shownAt(browser, path);
    assert.equal(shown['page'], 'consent');
    assert.ok((await allow(browser, shown.url))['code']);
  }
});

test('OID-71 what was allowed is not asked again, and more is', async () => {
  const client = await asksFirst();
  const { browser, username } = await signedIn();
  const asking = (scope: string, given: Record<string, string> = {}) =>
    authorizePath(client, { scope, ...given });
  await allow(browser, (await shownAt(browser, asking('openid email'))).url);
  for (const scope of ['openid email', 'openid', 'email openid'])
    assert.ok((await answerAtOnce(browser, asking(scope, { prompt: 'none' })))['code'], scope);
  const claims = JSON.stringify({ userinfo: { name: null } });
  for (const more of [asking('openid profile'), asking('openid email phone'), asking('openid', { claims })]) {
    assert.equal((await answerAtOnce(browser, `${more}&prompt=none`))['error'], 'consent_required');
    assert.equal((await shownAt(browser, more))['page'], 'consent');
  }
  const more = await shownAt(browser, asking('openid', { claims }));
  assert.deepEqual((more['consent'] as { claims: string[] }).claims, ['name']);
  await allow(browser, more.url);
  assert.ok((await answerAtOnce(browser, asking('openid', { claims })))['code']);
  assert.ok((await answerAtOnce(browser, asking('openid email')))['code'], 'what was allowed first still is');

  const shown = await shownAt(browser, asking('openid', { prompt: 'login' }));
  const again = await browser.follow(shown.url, { method: 'POST', body: form({ username }) });
  assert.ok(answerOf(again.location)['code'], 'the same person, signed in anew, is not asked again');
});

test('OID-71 ATK-20 what one person allowed is not allowed for the next, or for another client', async () => {
  const [client, other] = [await asksFirst(), await asksFirst()];
  const { browser } = await signedIn();
  const path = authorizePath(client, { scope: 'openid' });
  await allow(browser, (await shownAt(browser, path)).url);
  assert.equal((await shownAt(browser, authorizePath(other, { scope: 'openid' })))['page'], 'consent');

  const next = await stage.account();
  const shown = await shownAt(browser, `${path}&prompt=login`);
  const asked = await browser.follow(shown.url, { method: 'POST', body: form({ username: next.username }) });
  const page = JSON.parse(asked.text) as { page: string; consent: { accountId: string } };
  assert.equal(page.page, 'consent');
  assert.equal(page.consent.accountId, next.id);
});

test("OID-71 what a session remembers is of one person, should it ever become another's", () => {
  const agreed = { accountId: 'one', clients: { app: ['scope openid'] } };
  const session = { state: { agreed } } as unknown as Parameters<typeof agreedBy>[0];
  assert.deepEqual(agreedBy(session, 'one'), agreed);
  assert.equal(agreedBy(session, 'other'), undefined);
  assert.equal(agreedBy(undefined, 'one'), undefined);
});

test('OID-72 whoever does not allow it is taken back, and is asked again the next time', async () => {
  const client = await asksFirst();
  const { browser } = await signedIn();
  const path = authorizePath(client, { scope: 'openid', state: 's' });
  for (let time = 0; time < 2; time++) {
    const shown = await shownAt(browser, path);
    const { error, state, iss } = answerOf((await browser.follow(shown.url, answering('cancel'))).location);
    assert.deepEqual({ error, state, iss }, { error: 'access_denied', state: 's', iss: stage.pool.issuer });
  }
});

test('OID-73 ATK-20 nobody answers for another browser, another person, or twice', async () => {
  const client = await asksFirst();
  const { browser } = await signedIn();
  const path = authorizePath(client, { scope: 'openid' });
  const shown = await shownAt(browser, path);
  const thief = await signedIn();
  const ended = async (by: Browser) => (await by.follow(shown.url, answering('allow'))).text;
  assert.match(await ended(thief.browser), /"page":"ended"/);
  assert.match(await ended(stage.browser()), /"page":"ended"/);

  // The person leaves, and another signs in in the same browser, while the page is still open.
  const next = await stage.account();
  const relogin = await shownAt(browser, `${path}&prompt=login`);
  await browser.follow(relogin.url, { method: 'POST', body: form({ username: next.username }) });
  assert.match(await ended(browser), /"page":"ended"/);

  const mine = await signedIn();
  const open = await shownAt(mine.browser, path);
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => mine.browser.visit(open.url, answering('allow')).catch(() => undefined)),
  );
  const resumed = answers.filter((answer) => answer?.status === 302);
  assert.equal(resumed.length, 1, 'of ten posts at once one is taken');
  const location = resumed[0]?.location ?? '';
  assert.ok(answerOf((await mine.browser.follow(location)).location)['code']);
  const replayed = await mine.browser.follow(location);
  assert.match(replayed.text, /"page":"error"/);
});

test('OID-73 the way back without an answer goes nowhere', async () => {
  const client = await asksFirst();
  const { browser } = await signedIn();
  const shown = await shownAt(browser, authorizePath(client, { scope: 'openid' }));
  const uid = new URL(shown.url).searchParams.get('interaction');
  const { text, location } = await browser.follow(`/oauth2/authorize/${uid}`);
  assert.equal(location, '');
  assert.match(text, /"page":"consent"/, 'it is asked again');
});

test('OID-75 signing in at a page that asks for consent allows nothing', async () => {
  const client = await asksFirst();
  const { browser, username } = await signedIn();
  const shown = await shownAt(browser, authorizePath(client, { scope: 'openid' }));
  const atLogin = shown.url.replace('/consent?', '/login?');
  const { text, location } = await browser.follow(atLogin, { method: 'POST', body: form({ username }) });
  assert.equal(location, '', 'no code');
  assert.match(text, /"page":"consent"/);
});

test('OID-73 somebody who was disabled while the page was open is not asked any more', async () => {
  const client = await asksFirst();
  const { browser, id } = await signedIn();
  const shown = await shownAt(browser, authorizePath(client, { scope: 'openid' }));
  await stage.pool.accounts.update(id, (account) => ({ ...account, enabled: false }));
  const { text } = await browser.follow(shown.url, answering('allow'));
  assert.match(text, /"page":"ended"/);
});

test('OID-71 OID-75 ATK-20 somebody else who signs in where consent is asked is asked in their turn', async () => {
  const client = await asksFirst();
  const { browser, username } = await signedIn();
  const next = await stage.account();
  const path = authorizePath(client, { scope: 'openid', prompt: 'login consent' });
  const login = await shownAt(browser, path);
  const first = await browser.follow(login.url, { method: 'POST', body: form({ username }) });
  assert.match(first.text, /"page":"consent"/);
  const other = first.url.replace('/consent?', '/login?');
  const second = await browser.follow(other, { method: 'POST', body: form({ username: next.username }) });
  const page = JSON.parse(second.text) as { page: string; consent: { accountId: string } };
  assert.deepEqual([page.page, page.consent.accountId], ['consent', next.id]);
  const { code = '' } = await allow(browser, second.url);
  const { body } = await redeem(stage, client, code);
  assert.equal(claimsOf(body['id_token'])['sub'], next.id);
});

test('OID-70 a pushed request is asked about as any other, and can be answered by somebody else', async () => {
  const pushing = await openOpenIdStage({ tags: { 'foyer:oauth-features': 'par' } });
  const client = await pushing.client({ OpenId: { consent: true } }, SECRET);
  const [one, other] = [await pushing.account(), await pushing.account()];
  const query = authorizePath(client, { scope: 'openid email', state: 's' }).split('?')[1] ?? '';
  const pushed = await post(
    pushing,
    '/oauth2/par',
    Object.fromEntries(new URLSearchParams(query)),
    basic(client),
  );
  const request_uri = String(pushed.body['request_uri']);
  const browser = pushing.browser();
  const login = await shownAt(browser, `/oauth2/authorize?${form({ client_id: client.id, request_uri })}`);
  const asked = await browser.follow(login.url, { method: 'POST', body: form({ username: one.username }) });
  assert.match(asked.text, /"page":"consent"/);
  const atLogin = asked.url.replace('/consent?', '/login?');
  const again = await browser.follow(atLogin, { method: 'POST', body: form({ username: other.username }) });
  const { code = '', state } = await allow(browser, again.url);
  assert.equal(state, 's');
  const { body } = await redeem(pushing, client, code);
  assert.equal(claimsOf(body['id_token'])['sub'], other.id);
  await pushing.close();
});
