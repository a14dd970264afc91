import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { answerAtOnce, answerOf, openOpenIdStage, SECRET, shownAt } from '../testing/openid.ts';
import { continueAs, submit } from '../testing/pages.ts';
import { authorizePath, claimsOf, form, redeem, tokensFor } from '../testing/requests.ts';
import type { Stage } from '../testing/stage.ts';

let stage: Stage;
before(async () => {
  stage = await openOpenIdStage();
});
after(() => stage.close());

/** Somebody who has signed in to an application of their own browser. */
async function signedIn() {
  const client = await stage.client({}, SECRET);
  const { username, id } = await stage.account();
  const browser = stage.browser();
  const asking = (given: Record<string, string> = {}) => authorizePath(client, { scope: 'openid', ...given });
  const idToken = async (code = '') => claimsOf((await redeem(stage, client, code)).body['id_token']);
  const end = await browser.signIn(asking(), username);
  const { body } = await redeem(stage, client, end.searchParams.get('code'));
  return { client, username, id, browser, asking, idToken, hint: String(body['id_token']) };
}

test('OID-25 prompt=none answers whoever is signed in, and nobody else', async () => {
  const { browser, asking, idToken, hint } = await signedIn();
  const stranger = await answerAtOnce(stage.browser(), asking({ prompt: 'none' }));
  assert.equal(stranger['error'], 'login_required');
  const { code } = await answerAtOnce(browser, asking({ prompt: 'none' }));
  const [first, second] = [claimsOf(hint), await idToken(code)];
  assert.equal(second['sub'], first['sub']);
  assert.equal(second['auth_time'], first['auth_time']);
});

test('OID-26 prompt=none says what is missing', async (t) => {
  const { browser, asking } = await signedIn();
  const asks = await stage.client({ OpenId: { consent: true } }, SECRET);
  const path = authorizePath(asks, { scope: 'openid', prompt: 'none' });
  assert.equal((await answerAtOnce(browser, path))['error'], 'consent_required');
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 10_000 });
  const error = async (given: Record<string, string>) =>
    (await answerAtOnce(browser, asking(given)))['error'];
  assert.equal(await error({ prompt: 'none', max_age: '5' }), 'login_required');
  assert.equal(await error({ prompt: 'none', max_age: '0' }), 'login_required');
  assert.equal(await error({ prompt: 'none', max_age: '60' }), undefined);
});

test('OID-27 prompt=login asks anew, and says so in auth_time', async (t) => {
  const { browser, asking, idToken, hint, username } = await signedIn();
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 5_000 });
  const shown = await shownAt(browser, asking({ prompt: 'login' }));
  assert.equal(shown['page'], 'login');
  assert.equal(shown['signedInAs'], undefined, 'nobody is offered to go on as they were');
  const { location } = await browser.follow(shown.url, { method: 'POST', body: form({ username }) });
  const renewed = await idToken(answerOf(location)['code']);
  assert.ok(Number(renewed['auth_time']) >= Number(claimsOf(hint)['auth_time']) + 5);
});

test('OID-28 prompt=select_account offers the person of the session, and is met by going on as them', async () => {
  const { browser, asking, idToken, id } = await signedIn();
  const shown = await shownAt(browser, asking({ prompt: 'select_account' }));
  assert.equal(shown['signedInAs'], id);
  const back = await continueAs(browser, shown.url, id);
  const { location } = await browser.follow(back.location);
  assert.equal((await idToken(answerOf(location)['code']))['sub'], id);
});

test('OID-28 somebody else may be chosen, and the session is theirs then', async () => {
  const { browser, asking, idToken } = await signedIn();
  const other = await stage.account();
  const shown = await shownAt(browser, asking({ prompt: 'select_account' }));
  const back = await submit(browser, shown.url, other.username);
  const { location } = await browser.follow(back.location);
  assert.equal((await idToken(answerOf(location)['code']))['sub'], other.id);
  const { code } = await answerAtOnce(browser, asking({ prompt: 'none' }));
  assert.equal((await idToken(code))['sub'], other.id);
});

test('OID-29 several prompts are met one after the other; none stands alone', async () => {
  const { browser, asking, username } = await signedIn();
  const shown = await shownAt(browser, asking({ prompt: 'consent select_account login' }));
  assert.equal(shown['page'], 'login');
  const next = await browser.follow(shown.url, { method: 'POST', body: form({ username }) });
  assert.match(next.text, /"page":"consent"/, 'signing in chose the account, and allowed nothing');
  const end = await browser.follow(next.url, { method: 'POST', body: form({ answer: 'allow' }) });
  assert.ok(answerOf(end.location)['code']);
  for (const prompt of ['none login', 'none consent', 'create', 'login LOGIN'])
    assert.equal((await answerAtOnce(browser, asking({ prompt })))['error'], 'invalid_request', prompt);
});

test('OID-30 max_age asks whoever signed in longer ago', async (t) => {
  const { browser, asking, idToken, hint, username } = await signedIn();
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 2_500 });
  const young = await answerAtOnce(browser, asking({ max_age: '10000' }));
  assert.equal((await idToken(young['code']))['auth_time'], claimsOf(hint)['auth_time']);
  const shown = await shownAt(browser, asking({ max_age: '1' }));
  assert.equal(shown['page'], 'login');
  const { location } = await browser.follow(shown.url, { method: 'POST', body: form({ username }) });
  const renewed = await idToken(answerOf(location)['code']);
  assert.ok(Number(renewed['auth_time']) >= Number(claimsOf(hint)['auth_time']) + 2);
  assert.equal((await shownAt(browser, asking({ max_age: '0' })))['page'], 'login');
  for (const max_age of ['-1', '1.5', 'x', '99999999999999999999'])
    assert.equal((await answerAtOnce(browser, asking({ max_age })))['error'], 'invalid_request', max_age);
});

test('OID-30 a client may have a max_age of its own', async (t) => {
  const { browser, username } = await signedIn();
  const client = await stage.client({ OpenId: { default_max_age: 60 } }, SECRET);
  const path = authorizePath(client, { scope: 'openid' });
  assert.ok((await answerAtOnce(browser, path))['code']);
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 61_000 });
  const shown = await shownAt(browser, path);
  const { location } = await browser.follow(shown.url, { method: 'POST', body: form({ username }) });
  assert.ok(answerOf(location)['code']);
});

test('OID-31 a hint is answered for the person it is about', async () => {
  const { browser, asking, hint, username, idToken, id } = await signedIn();
  const other = await stage.account();
  const asked = asking({ id_token_hint: hint, prompt: 'none' });
  assert.equal((await idToken((await answerAtOnce(browser, asked))['code']))['sub'], id);

  const elsewhere = stage.browser();
  await elsewhere.signIn(asking(), other.username);
  assert.equal((await answerAtOnce(elsewhere, asked))['error'], 'login_required');

  const open = asking({ id_token_hint: hint });
  const wrong = await shownAt(elsewhere, open);
  const refused = await elsewhere.follow(wrong.url, {
    method: 'POST',
    body: form({ username: other.username }),
  });
  assert.equal(answerOf(refused.location)['error'], 'login_required');
  const right = await shownAt(elsewhere, open);
  const { location } = await elsewhere.follow(right.url, { method: 'POST', body: form({ username }) });
  assert.equal((await idToken(answerOf(location)['code']))['sub'], id);
});

test('OID-31 a hint is good after its token has expired', async (t) => {
  const { asking, hint, username, idToken, id } = await signedIn();
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 2 * 86_400_000 });
  const shown = await shownAt(stage.browser(), asking());
  const browser = stage.browser();
  await submit(browser, shown.url, username);
  const end = await browser.signIn(asking({ id_token_hint: hint }), username);
  assert.equal((await idToken(answerOf(end)['code']))['sub'], id);
});

test('OID-32 a hint of another client or pool, an access token or no token at all is refused', async () => {
  const { browser, asking, hint, username } = await signedIn();
  const theirs = await tokensFor(stage, await stage.client({}, SECRET), username, { scope: 'openid' });
  const elsewhere = await openOpenIdStage();
  const stranger = await elsewhere.account();
  const foreign = await tokensFor(elsewhere, await elsewhere.client({}, SECRET), stranger.username, {
    scope: 'openid',
  });
  await elsewhere.close();
  const [head = '', payload = '', signature = ''] = hint.split('.');
  const none = Buffer.from('{"alg":"none"}').toString('base64url');
  for (const [what, id_token_hint] of [
    ['another client', theirs['id_token']],
    ['another pool', foreign['id_token']],
    ['an access token', theirs['access_token']],
    ['unsigned', `${none}.${payload}.`],
    ['changed', `${head}.${Buffer.from('{"sub":"x","token_use":"id"}').toString('base64url')}.${signature}`],
    ['nothing', 'x'],
  ] as const) {
    const answer = await answerAtOnce(
      browser,
      asking({ id_token_hint: id_token_hint ?? '', prompt: 'none' }),
    );
    assert.equal(answer['error'], 'invalid_request', what);
  }
});

test('OID-33 another way to prove it that cannot be done without is refused, one that is wished for is not', async () => {
  const { browser, asking, idToken } = await signedIn();
  const claims = (acr: object) => asking({ claims: JSON.stringify({ id_token: { acr } }) });
  for (const acr of [
    { essential: true, value: 'urn:mace:incommon:iap:silver' },
    { essential: true, values: ['urn:x:2fa', 'urn:x:3fa'] },
  ])
    for (const one of [browser, stage.browser()])
      assert.equal((await answerAtOnce(one, claims(acr)))['error'], 'unmet_authentication_requirements');
  for (const acr of [
    { essential: true, values: ['urn:x:2fa', 'urn:foyer:acr:1fa'] },
    { essential: true },
    { values: ['urn:x:2fa'] },
  ]) {
    const { code } = await answerAtOnce(browser, claims(acr));
    assert.equal((await idToken(code))['acr'], 'urn:foyer:acr:1fa');
  }
  const broken = await answerAtOnce(browser, claims({ essential: true, values: 'urn:foyer:acr:1fa' }));
  assert.equal(broken['error'], 'invalid_request');
});
