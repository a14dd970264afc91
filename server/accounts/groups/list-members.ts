import { InvalidCursor } from '#adapters/errors.ts';
import { invalidParameter } from '../../errors.ts';
import type { Pool } from '../../pool.ts';
import type { UserPage } from '../administration/list-users.ts';
import { pageSize } from '../page-size.ts';
import { findGroup } from './find-group.ts';

export interface MemberQuery {
  group: string;
  /** 1 to 60; 0 or absent means 60. */
  limit?: number;
  /** From the page before; of no use for another group of the same name. */
  cursor?: string;
}

/** The members of a group, disabled ones too, in no order that means anything. @throws Refusal `group-not-found` */
export async function listMembers(
  pool: Pick<Pool, 'accounts' | 'directory'>,
  { group, limit, cursor }: MemberQuery,
): Promise<UserPage> {
  const { key } = await findGroup(pool, group);
  try {
    const filter = { field: 'group', match: 'equals', value: key } as const;
    const page = await pool.accounts.list({ filter, limit: pageSize(limit), cursor });
    return { accounts: page.items, cursor: page.cursor };
  } catch (error) {
    if (error instanceof InvalidCursor) throw invalidParameter('Invalid pagination token given.');
    throw error;
  }
}
