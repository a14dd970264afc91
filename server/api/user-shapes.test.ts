import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testAccount } from '#adapters/testing/test-account.ts';
import { userShape } from './user-shapes.ts';

test('USR-112 of an account those attributes are shown that were asked for, and all when none was', () => {
  const identity = { provider: 'Corp', type: 'OIDC', subject: 'mia', primary: true, linkedAt: 0 };
  const attributes = { email: 'mia@example.com', name: 'Mia' };
  const account = testAccount({ username: 'mia' }, { attributes, identities: [identity] });
  const shown = (...only: string[]) => userShape(account, only).Attributes?.map(({ Name }) => Name);
  assert.deepEqual(shown(), ['sub', 'email', 'name', 'identities']);
  assert.deepEqual(shown('identities', 'email'), ['email', 'identities']);
  assert.deepEqual(shown('sub'), ['sub']);
  assert.deepEqual(shown('gender'), []);
});
