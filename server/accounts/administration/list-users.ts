import type { Account } from '#adapters/accounts/store.ts';
import { InvalidCursor } from '#adapters/errors.ts';
import { invalidParameter } from '../../errors.ts';
import type { Pool } from '../../pool.ts';
import { searchValue } from '../index-account.ts';
import { pageSize } from '../page-size.ts';
import { parseFilter } from './parse-filter.ts';

export interface UserQuery {
  filter?: string;
  /** Names of attributes to return; empty or absent: all. */
  attributesToGet?: string[];
  /** 1 to 60; 0 or absent means 60. */
  limit?: number;
  /** From the page before, with the same query. */
  cursor?: string;
}

export interface UserPage {
  accounts: Account[];
  /** Absent on the last page. */
  cursor?: string;
}

/**
 * Accounts in the order of the filtered attribute, of the username without a filter (USR-114). Disabled ones too.
 * @throws Refusal `invalid-parameter`
 */
export async function listUsers(
  pool: Pick<Pool, 'accounts' | 'settings'>,
  { filter = '', attributesToGet = [], limit, cursor }: UserQuery,
): Promise<UserPage> {
  // Who somebody is at providers is shown among the attributes, and is none of the schema: nobody can write it.
  const known = new Set(['identities', ...pool.settings.SchemaAttributes.map(({ Name }) => Name)]);
  if (attributesToGet.some((name) => !known.has(name)))
    throw invalidParameter('One or more requested attributes do not exist.');
  const parsed = parseFilter(filter);
  try {
    const page = await pool.accounts.list({
      limit: pageSize(limit),
      cursor,
      filter: parsed && { ...parsed, value: searchValue(pool.settings, parsed.field, parsed.value) },
    });
    return { accounts: page.items, cursor: page.cursor };
  } catch (error) {
    if (error instanceof InvalidCursor) throw invalidParameter('Invalid pagination token given.');
    throw error;
  }
}
