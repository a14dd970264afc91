import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestPool, testClient } from '../../accounts/testing/open-pool.ts';
import { confirmed, refused } from '../../accounts/testing/people.ts';
import { initiate } from './initiate.ts';

test('SEC-48 a sign-in by choice takes no session to begin with: none was given for that', async () => {
  const pool = await openTestPool();
  await confirmed(pool, 'maria');
  const client = testClient({ ExplicitAuthFlows: ['ALLOW_USER_AUTH'] });
  const begin = (session?: string) =>
    initiate({ pool, client, signed: false }, 'USER_AUTH', { USERNAME: 'maria' }, session);
  const { ChallengeName, Session = '' } = await begin();
  assert.equal(ChallengeName, 'SELECT_CHALLENGE');
  await refused(begin(Session), 'session-invalid');
  await refused(begin('x'.repeat(40)), 'session-malformed');
  await pool.close();
});
