import type { Membership } from '#adapters/accounts/store.ts';
import { Missing } from '#adapters/errors.ts';
import { Refusal } from '../../errors.ts';
import type { Pool } from '../../pool.ts';

/**
 * Changes the memberships of an account in one atomic step. `change` may run more than once and may throw. They are no
 * part of the profile, so the account counts as unmodified; and neither its names nor what it is searched by follow
 * from them, so nothing is derived anew. @throws Refusal `user-not-found`
 */
export async function changeMemberships(
  { accounts }: Pick<Pool, 'accounts'>,
  id: string,
  change: (current: Membership[]) => Membership[],
): Promise<void> {
  try {
    await accounts.update(id, ({ groups: current = [], ...account }) => {
      const groups = change(current);
      return groups.length > 0 ? { ...account, groups } : account;
    });
  } catch (error) {
    throw error instanceof Missing ? new Refusal('user-not-found', {}, { cause: error }) : error;
  }
}
