import type { Pool } from '../../pool.ts';
import { requireAccount } from '../find-account.ts';
import { changeMemberships } from './change-memberships.ts';
import { findGroup } from './find-group.ts';

/** Ends somebody's membership; quiet when there is none. @throws Refusal `user-not-found`, `group-not-found` */
export async function removeFromGroup(
  pool: Pick<Pool, 'accounts' | 'directory' | 'settings'>,
  { username, group: name }: { username: string; group: string },
): Promise<void> {
  const { id, groups = [] } = await requireAccount(pool, username);
  await findGroup(pool, name);
  if (!groups.some(({ group }) => group === name)) return;
  await changeMemberships(pool, id, (current) => current.filter(({ group }) => group !== name));
}
