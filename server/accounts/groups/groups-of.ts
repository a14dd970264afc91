import type { Account } from '#adapters/accounts/store.ts';
import type { Pool } from '../../pool.ts';
import { type Group, toGroup } from './find-group.ts';

/**
 * The groups of an account in the order of their names, as they are now. One reading; none for somebody without groups.
 */
export async function groupsOf(
  { directory }: Pick<Pool, 'directory'>,
  { groups = [] }: Pick<Account, 'groups'>,
): Promise<Group[]> {
  if (groups.length === 0) return [];
  const found = await directory.findSome(
    'group',
    groups.map(({ group }) => group),
  );
  const keys = new Set(groups.map(({ key }) => key));
  return found
    .map(toGroup)
    .filter(({ key }) => keys.has(key))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
