/** What the audit is told of requests in this profile (docs/operating.md). */
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { answerAtOnce, openOpenIdStage, SECRET, shownAt } from '../testing/openid.ts';
import { authorizePath, codeFor, form, redeem } from '../testing/requests.ts';
import { LOGOUT, type Stage } from '../testing/stage.ts';
import { RESPONSE_TYPES } from './client-metadata.ts';

let stage: Stage;
before(async () => {
  stage = await openOpenIdStage();
});
beforeEach(() => void stage.audited.splice(0));
after(() => stage.close());

const told = (event: string) => stage.audited.filter((one) => one.event === event);

test('single sign-on is on record whatever the application asked for, and only where somebody was let in', async () => {
  const client = await stage.client({}, SECRET);
  const { id: account, username } = await stage.account();
  const browser = stage.browser();
  await codeFor(browser, client, username, { scope: 'openid' });
  assert.deepEqual(told('single-sign-on'), [], 'somebody who saw the page signed in');
  const asking = { scope: 'openid', nonce: 'n', prompt: 'none' };
  for (const response_type of Object.values(RESPONSE_TYPES).flat()) {
    stage.audited.splice(0);
    const { error } = await answerAtOnce(browser, authorizePath(client, { ...asking, response_type }));
    assert.equal(error, undefined);
    const expected = { event: 'single-sign-on', outcome: 'success', pool: stage.pool.id };
    assert.deepEqual(told('single-sign-on'), [{ ...expected, client: client.id, account }], response_type);
  }
  stage.audited.splice(0);
  await answerAtOnce(stage.browser(), authorizePath(client, asking));
  await shownAt(browser, authorizePath(client, { scope: 'openid', prompt: 'login' }));
  assert.deepEqual(told('single-sign-on'), []);
});

test('tokens, refusals and signing out are on record with whom they were about', async () => {
  const client = await stage.client({}, SECRET);
  const { id: account, username } = await stage.account();
  const browser = stage.browser();
  const { body } = await redeem(stage, client, await codeFor(browser, client, username, { scope: 'openid' }));
  await redeem(stage, client, 'unknown');
  await browser.visit(
    `/logout?${form({ id_token_hint: String(body['id_token']), post_logout_redirect_uri: LOGOUT })}`,
  );
  const about = { pool: stage.pool.id, client: client.id };
  const grant = 'authorization_code';
  assert.deepEqual(JSON.parse(JSON.stringify(told('token-issue'))), [
    { event: 'token-issue', outcome: 'success', ...about, account, grant },
    { event: 'token-issue', outcome: 'refused', reason: 'invalid_grant', ...about, grant },
  ]);
  assert.deepEqual(told('sign-out'), [{ event: 'sign-out', outcome: 'success', ...about, account }]);
});
