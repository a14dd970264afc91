import { Refusal } from '../../errors.ts';
import type { Pool } from '../../pool.ts';
import { requireAccount } from '../find-account.ts';
import { changeMemberships } from './change-memberships.ts';
import { findGroup } from './find-group.ts';
import { groupsOf } from './groups-of.ts';

/** Groups of one person (USR-88): they are part of each of their tokens. */
const MOST_GROUPS = 25;

/**
 * Makes somebody a member; quiet when they are one. Memberships in groups that were deleted since do not count, and go.
 * @throws Refusal `user-not-found`, `group-not-found`, `limit-exceeded`
 */
export async function addToGroup(
  pool: Pick<Pool, 'accounts' | 'directory' | 'settings'>,
  { username, group: name }: { username: string; group: string },
): Promise<void> {
  const account = await requireAccount(pool, username);
  const { key } = await findGroup(pool, name);
  const held = account.groups ?? [];
  if (held.some((membership) => membership.key === key)) return;
  // A key that no group has any more never comes back, so what was over when it was read is over when it is written.
  const living = new Set((await groupsOf(pool, account)).map((group) => group.key));
  const over = new Set(held.filter((membership) => !living.has(membership.key)).map(({ key }) => key));
  await changeMemberships(pool, account.id, (current) => {
    if (current.some((membership) => membership.key === key)) return current;
    const kept = current.filter((membership) => !over.has(membership.key));
    if (kept.length >= MOST_GROUPS)
      throw new Refusal('limit-exceeded', {
        message: `A user cannot be a member of more than ${MOST_GROUPS} groups.`,
      });
    return [...kept, { group: name, key }];
  });
}
