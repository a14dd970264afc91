/** What one browser does at the same moment, and often: the library writes a session whole, from what it read before. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { findGrant } from '../../tokens/grant.ts';
import { openGate } from '../testing/gate.ts';
import { answerAtOnce, openOpenIdStage, SECRET, shownAt } from '../testing/openid.ts';
import { authorizePath, claimsOf, codeFor, form, redeem } from '../testing/requests.ts';
import { LOGOUT, type Stage } from '../testing/stage.ts';

let held = openGate();
/** The client whose codes wait at the gate. */
let slow = '';
let stage: Stage;
before(async () => {
  stage = await openOpenIdStage({
    sessions: (store) => ({
      ...store,
      put: async (kind, id, value, expiresAt) => {
        if (kind === 'code' && 'clientId' in value && value.clientId === slow) await held.pass();
        return store.put(kind, id, value, expiresAt);
      },
    }),
  });
});
after(() => stage.close());

/** Holds the next answer to the client until the gate is opened. */
function hold(client: { id: string }): void {
  held = openGate();
  held.close();
  slow = client.id;
}

async function signedIn() {
  const client = await stage.client({}, SECRET);
  const { username } = await stage.account();
  const browser = stage.browser();
  const { body } = await redeem(stage, client, await codeFor(browser, client, username, { scope: 'openid' }));
  const signOut = () =>
    browser.visit(
      `/logout?${form({ id_token_hint: String(body['id_token']), post_logout_redirect_uri: LOGOUT })}`,
    );
  return { client, username, browser, signOut };
}

test('ATK-21 an application that asked while somebody signed out does not bring the session back', async () => {
  const { client, browser, signOut } = await signedIn();
  const asking = authorizePath(client, { scope: 'openid', prompt: 'none' });
  hold(client);
  const pending = browser.visit(asking);
  await held.reached();
  assert.equal((await signOut()).location, LOGOUT);
  held.open();
  await pending;
  // The late answer has given the browser the cookie again.
  assert.match(await browser.jar.getCookieString(stage.base), /-session=/);
  assert.equal((await answerAtOnce(browser, asking))['error'], 'login_required');
});

test('ATK-21 a sign-in that ends while the same person signs out does not bring the session back', async () => {
  const { client, username, browser, signOut } = await signedIn();
  const shown = await shownAt(browser, authorizePath(client, { scope: 'openid', prompt: 'login' }));
  const { location } = await browser.visit(shown.url, { method: 'POST', body: form({ username }) });
  hold(client);
  const pending = browser.visit(location);
  await held.reached();
  assert.equal((await signOut()).location, LOGOUT);
  held.open();
  await pending;
  assert.match(await browser.jar.getCookieString(stage.base), /-session=/);
  const silent = authorizePath(client, { scope: 'openid', prompt: 'none' });
  assert.equal((await answerAtOnce(browser, silent))['error'], 'login_required');
});

test('OID-209 what a session gave to two applications at the same moment ends with it', async () => {
  const { browser, signOut } = await signedIn();
  const [one, other] = [await stage.client({}, SECRET), await stage.client({}, SECRET)];
  const ask = (client: { id: string }) =>
    answerAtOnce(browser, authorizePath(client, { scope: 'openid', prompt: 'none' }));
  hold(one);
  const pending = ask(one);
  await held.reached();
  const { code: quick = '' } = await ask(other);
  held.open();
  const { code: late = '' } = await pending;
  const tokens = [await redeem(stage, one, late), await redeem(stage, other, quick)];
  const grants = tokens.map(({ body }) => String(claimsOf(body['access_token'])['origin_jti']));
  for (const id of grants) assert.ok(await findGrant(stage.pool, id));
  await signOut();
  for (const id of grants) assert.equal(await findGrant(stage.pool, id), undefined);
});

test('OID-209 an application that asks anew each minute of a session keeps nothing of it', async () => {
  const { client, browser, signOut } = await signedIn();
  const silent = authorizePath(client, { scope: 'openid', prompt: 'none' });
  const { code: oldest = '' } = await answerAtOnce(browser, silent);
  const { body } = await redeem(stage, client, oldest);
  for (let minute = 1; minute < 60; minute++) await answerAtOnce(browser, silent);
  await signOut();
  assert.equal(await findGrant(stage.pool, String(claimsOf(body['access_token'])['origin_jti'])), undefined);
});
