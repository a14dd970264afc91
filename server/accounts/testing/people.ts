/** People for tests of rules, and the refusals that they meet. */
import assert from 'node:assert/strict';
import type { Account } from '#adapters/accounts/store.ts';
import { type Reason, Refusal } from '../../errors.ts';
import type { Attributes } from '../attributes/check-attributes.ts';
import { adminConfirmSignUp } from '../sign-up/admin-confirm-sign-up.ts';
import { signUp } from '../sign-up/sign-up.ts';
import { type TestPool, testClient } from './open-pool.ts';

export const PASSWORD = 'Corr3ct-Horse!';

/** An account as signing up leaves it. */
export async function unconfirmed(
  pool: TestPool,
  username: string,
  attributes: Attributes = {},
): Promise<Account> {
  const { account } = await signUp(pool, testClient(), { username, password: PASSWORD, attributes });
  return account;
}

/** An account that can sign in; no contact is verified. */
export async function confirmed(
  pool: TestPool,
  username: string,
  attributes: Attributes = {},
): Promise<Account> {
  await unconfirmed(pool, username, attributes);
  return adminConfirmSignUp(pool, username);
}

/** Demands that something is refused for this reason, and in these words when some are given. */
export async function refused(work: Promise<unknown>, reason: Reason, message?: string): Promise<void> {
  await assert.rejects(work, (error) => {
    assert.ok(error instanceof Refusal, String(error));
    assert.equal(error.reason, reason, error.message);
    if (message !== undefined) assert.equal(error.message, message);
    return true;
  });
}
