/** What somebody tries who wants to be signed in as another, or another to be signed in as them. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { answerAtOnce, answerOf, openOpenIdStage, SECRET, shownAt } from '../testing/openid.ts';
import { authorizePath, claimsOf, form, redeem } from '../testing/requests.ts';
import type { Stage } from '../testing/stage.ts';

let stage: Stage;
before(async () => {
  stage = await openOpenIdStage();
});
after(() => stage.close());

const submitted = (username: string) => ({ method: 'POST', body: form({ username }) });

test('OID-25 ATK-20 whoever is lured to a page that another browser opened signs in for themselves alone', async () => {
  const client = await stage.client({}, SECRET);
  const { username } = await stage.account();
  const [attacker, victim] = [stage.browser(), stage.browser()];
  const shown = await shownAt(attacker, authorizePath(client, { scope: 'openid', state: 'attacker' }));
  await victim.follow(shown.url, submitted(username));
  const uid = new URL(shown.url).searchParams.get('interaction');
  const { location, text } = await attacker.follow(`/oauth2/authorize/${uid}`);
  assert.equal(location, '', 'the attacker has no code');
  assert.match(text, /"page":"login"/);
  const silent = await answerAtOnce(attacker, authorizePath(client, { scope: 'openid', prompt: 'none' }));
  assert.equal(silent['error'], 'login_required');
});

test('OID-27 ATK-20 a session that was planted is not that of whoever signs in with it', async () => {
  const client = await stage.client({}, SECRET);
  const [mallory, victim] = [await stage.account(), await stage.account()];
  const asking = (given: Record<string, string> = {}) => authorizePath(client, { scope: 'openid', ...given });
  const attacker = stage.browser();
  await attacker.signIn(asking(), mallory.username);
  const lured = stage.browser();
  for (const cookie of await attacker.jar.getCookies(stage.base))
    await lured.jar.setCookie(cookie, stage.base);

  const shown = await shownAt(lured, asking({ prompt: 'login' }));
  await lured.follow(shown.url, submitted(victim.username));
  const { code = '' } = await answerAtOnce(lured, asking({ prompt: 'none' }));
  assert.equal(claimsOf((await redeem(stage, client, code)).body['id_token'])['sub'], victim.id);
  const theirs = await answerAtOnce(attacker, asking({ prompt: 'none' }));
  assert.equal(theirs['error'], 'login_required', 'the cookie that the attacker kept is worth nothing');
});

test('OID-27 ATK-20 the session has another id after signing in than before', async () => {
  const client = await stage.client({}, SECRET);
  const { username } = await stage.account();
  const browser = stage.browser();
  const asking = (given: Record<string, string> = {}) => authorizePath(client, { scope: 'openid', ...given });
  const session = async () => {
    const cookies = await browser.jar.getCookies(stage.base);
    return cookies.find(({ key }) => key.endsWith('-session'))?.value;
  };
  await browser.signIn(asking(), username);
  const before = await session();
  const shown = await shownAt(browser, asking({ prompt: 'login' }));
  await browser.follow(shown.url, submitted(username));
  assert.ok(before);
  assert.notEqual(await session(), before);
});

test('OID-73 ATK-22 the answer to one request is no answer to another of the same browser', async () => {
  const [one, other] = [
    await stage.client({}, SECRET),
    await stage.client({ OpenId: { consent: true } }, SECRET),
  ];
  const { username } = await stage.account();
  const browser = stage.browser();
  await browser.signIn(authorizePath(one, { scope: 'openid' }), username);
  const mine = await shownAt(browser, authorizePath(one, { scope: 'openid', prompt: 'consent' }));
  const wanted = await shownAt(browser, authorizePath(other, { scope: 'openid email' }));
  const allowed = await browser.follow(mine.url, { method: 'POST', body: form({ answer: 'allow' }) });
  assert.ok(answerOf(allowed.location)['code']);
  const uid = new URL(wanted.url).searchParams.get('interaction');
  const { location, text } = await browser.follow(`/oauth2/authorize/${uid}`);
  assert.equal(location, '');
  assert.match(text, /"page":"consent"/);
});

test("OID-11 two issuers never answer in each other's name", async () => {
  const elsewhere = await openOpenIdStage();
  const answers = [];
  for (const at of [stage, elsewhere]) {
    const client = await at.client({}, SECRET);
    const { username } = await at.account();
    const end = await at.browser().signIn(authorizePath(client, { scope: 'openid' }), username);
    answers.push({ at, client, ...answerOf(end) } as {
      at: Stage;
      client: typeof client;
      iss: string;
      code: string;
    });
  }
  const [here, there] = answers;
  assert.ok(here && there && here.iss === stage.pool.issuer && there.iss === elsewhere.pool.issuer);
  assert.notEqual(here.iss, there.iss);
  const { body } = await redeem(elsewhere, there.client, here.code);
  assert.equal(body['error'], 'invalid_grant');
  const { status } = await redeem(stage, { ...there.client, secret: SECRET }, here.code);
  assert.equal(status, 401);
  await elsewhere.close();
});
