import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setUserPassword } from '../../accounts/administration/set-user-password.ts';
import { openTestPool, testClient } from '../../accounts/testing/open-pool.ts';
import { confirmed, refused } from '../../accounts/testing/people.ts';
import { initiate } from './initiate.ts';

test('the longest name and password that somebody may have are taken at the sign-in, longer ones are not', async () => {
  const pool = await openTestPool();
  const client = testClient({ ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'] });
  // Each of these is one character, and two of what JavaScript counts.
  const [USERNAME, PASSWORD] = ['😀'.repeat(128), `Aa1!${'🐴'.repeat(252)}`];
  await confirmed(pool, USERNAME);
  await setUserPassword(pool, { username: USERNAME, password: PASSWORD, permanent: false });
  const signIn = (parameters: Record<string, string>) =>
    initiate({ pool, client, signed: false }, 'USER_PASSWORD_AUTH', parameters);
  for (const longer of [
    { USERNAME: `${USERNAME}a`, PASSWORD },
    { USERNAME, PASSWORD: `${PASSWORD}a` },
    { USERNAME, PASSWORD: 'a'.repeat(100_000) },
  ])
    await refused(signIn(longer), 'invalid-parameter');
  await refused(signIn({ USERNAME, PASSWORD: PASSWORD.replace('A', 'B') }), 'credentials-wrong');
  assert.equal((await signIn({ USERNAME, PASSWORD })).ChallengeName, 'NEW_PASSWORD_REQUIRED');
  await pool.close();
});
