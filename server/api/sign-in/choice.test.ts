import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createUser } from '../../accounts/administration/create-user.ts';
import { openTestPool, testClient } from '../../accounts/testing/open-pool.ts';
import { confirmed, PASSWORD, refused } from '../../accounts/testing/people.ts';
import { initiate } from './initiate.ts';
import { respond } from './respond.ts';

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

test('SEC-47 SEC-48 SEC-49 a choice is made by whom it was offered to, through the same client, once', async () => {
  const pool = await openTestPool();
  // Invited, so that the right password leads to a challenge: this pool signs no tokens.
  const invited = { attributes: {}, temporaryPassword: PASSWORD, suppressInvitation: true };
  for (const username of ['maria', 'eve']) await createUser(pool, { username, ...invited });
  const client = testClient({ ExplicitAuthFlows: ['ALLOW_USER_AUTH'] });
  const at = { pool, client, signed: false };
  const { Session: session = '' } = await initiate(at, 'USER_AUTH', { USERNAME: 'maria' });
  const given = { ANSWER: 'PASSWORD', PASSWORD };
  const choose = (USERNAME: string, challenge = 'SELECT_CHALLENGE', from = at) =>
    respond(from, challenge, { session, parameters: { ...given, USERNAME } });
  for (const name of ['eve', 'nobody']) await refused(choose(name), 'session-invalid');
  await refused(choose('maria', 'PASSWORD'), 'session-invalid');
  const other = { ...at, client: { ...client, id: 'another' } };
  await refused(choose('maria', 'SELECT_CHALLENGE', other), 'session-invalid');
  const all = await Promise.allSettled(Array.from({ length: 20 }, () => choose('maria')));
  assert.equal(all.filter(({ status }) => status === 'fulfilled').length, 1);
  await refused(choose('maria'), 'session-used');
  await pool.close();
});
