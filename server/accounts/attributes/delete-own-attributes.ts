import type { Account } from '#adapters/accounts/store.ts';
import type { Client } from '../../pool.ts';
import { changeOwnAttributes } from './change-own-attributes.ts';

/**
 * Somebody who is signed in removes attributes: what may not be changed may not be removed either. With a contact goes
 * its verified flag, and the alias that it was.
 * @throws Refusal `attribute-*`, `invalid-parameter`
 */
export async function deleteOwnAttributes(
  pool: Parameters<typeof changeOwnAttributes>[0],
  client: Pick<Client, 'settings'>,
  account: Account,
  names: readonly string[],
): Promise<void> {
  const given = Object.fromEntries(names.map((name) => [name, '']));
  await changeOwnAttributes(pool, client, account, { given });
}
