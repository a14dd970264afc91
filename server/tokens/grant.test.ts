import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resetUserPassword } from '../accounts/administration/reset-user-password.ts';
import { setUserPassword } from '../accounts/administration/set-user-password.ts';
import { updateUserAttributes } from '../accounts/administration/update-user-attributes.ts';
import { openTestPool, testClient } from '../accounts/testing/open-pool.ts';
import { confirmed, refused } from '../accounts/testing/people.ts';
import { beginGrant, liveAccount } from './grant.ts';
import { issueRefreshToken, redeemRefreshToken } from './refresh-token.ts';

const client = testClient();

test('ATK-19 what was signed in before a password was reset stays out when an administrator sets the next one', async () => {
  const pool = await openTestPool();
  const { id, epoch } = await confirmed(pool, 'maria');
  const given = { email: 'maria@example.com', email_verified: 'true' };
  await updateUserAttributes(pool, { username: 'maria', given });
  const sign = { accountId: id, epoch, scopes: ['openid'], authTime: 0, refreshable: true };
  const grant = await beginGrant(pool, client, sign);
  const token = await issueRefreshToken(pool, client, grant);
  const set = (password: string, permanent = true) =>
    setUserPassword(pool, { username: 'maria', password, permanent });
  const refresh = () => redeemRefreshToken(pool, client, token);

  await set('An0ther-Horse!');
  assert.equal((await refresh()).account.id, id, 'a password that was only changed signs nobody out');
  await resetUserPassword(pool, 'maria');
  await refused(refresh(), 'password-reset-required');
  await set('Th1rd-Horse!!', false);
  await refused(refresh(), 'refresh-token-revoked');
  await set('F0urth-Horse!');
  await refused(refresh(), 'refresh-token-revoked');
  assert.equal(await liveAccount(pool, grant), undefined);
  await pool.close();
});
