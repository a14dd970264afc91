import type { Pool } from '../../pool.ts';
import { pageSize } from '../page-size.ts';
import { type Group, toGroup } from './find-group.ts';

export interface GroupPage {
  groups: Group[];
  /** Absent on the last page. */
  cursor?: string;
}

export interface GroupQuery {
  /** 1 to 60; 0 or absent means 60. */
  limit?: number;
  /** From the page before. */
  cursor?: string;
}

/** The groups of a pool in the order of their names. */
export async function listGroups(
  { directory }: Pick<Pool, 'directory'>,
  { limit, cursor }: GroupQuery,
): Promise<GroupPage> {
  const page = await directory.list('group', { limit: pageSize(limit), cursor });
  return { groups: page.items.map(toGroup), cursor: page.cursor };
}
