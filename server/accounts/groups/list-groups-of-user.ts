import type { Pool } from '../../pool.ts';
import { requireAccount } from '../find-account.ts';
import { pageSize } from '../page-size.ts';
import { groupsOf } from './groups-of.ts';
import type { GroupPage, GroupQuery } from './list-groups.ts';

/**
 * The groups of a person in the order of their names. The cursor is the name at which a page ended, so that a group
 * that comes or goes in between neither repeats nor hides another. @throws Refusal `user-not-found`
 */
export async function listGroupsOfUser(
  pool: Pick<Pool, 'accounts' | 'directory' | 'settings'>,
  { username, limit, cursor }: GroupQuery & { username: string },
): Promise<GroupPage> {
  const groups = await groupsOf(pool, await requireAccount(pool, username));
  const following = cursor === undefined ? groups : groups.filter(({ name }) => name > cursor);
  const page = following.slice(0, pageSize(limit));
  return { groups: page, cursor: page.length < following.length ? page.at(-1)?.name : undefined };
}
