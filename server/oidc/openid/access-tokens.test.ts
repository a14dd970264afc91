import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { codeFor, redeem } from '../testing/requests.ts';
import { openStage, type Stage } from '../testing/stage.ts';

let stage: Stage;
before(async () => {
  stage = await openStage({ tags: { 'foyer:profile': 'openid' } });
});
after(() => stage.close());

test('OID-59 whoever is shut out while their code is redeemed gets an answer, and no tokens', async () => {
  const client = await stage.client({}, 'a-secret-of-the-tests');
  const { id, username } = await stage.account();
  const code = await codeFor(stage.browser(), client, username, { scope: 'openid' });
  const { find } = stage.pool.accounts;
  let asked = 0;
  stage.pool.accounts.find = async (account) => {
    const found = await find(account);
    // The library looks first; by the time of the token the person is disabled.
    return found && asked++ > 0 ? { ...found, enabled: false } : found;
  };
  try {
    const { status, body } = await redeem(stage, client, code);
    assert.deepEqual([status, body['error']], [400, 'invalid_grant'], id);
  } finally {
    stage.pool.accounts.find = find;
  }
});
