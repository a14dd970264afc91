/**
 * Deletes a pool and everything of it. The pool is marked first, and its own record goes last: from the mark on it
 * answers nothing, and a deletion that a crash cut short is found by its mark and taken up again.
 */
import type { AccountStores } from '#adapters/accounts/store.ts';
import type { DirectoryStores, PoolKind } from '#adapters/directory/store.ts';
import { Missing } from '#adapters/errors.ts';
import type { UploadStores } from '#adapters/uploads/store.ts';
import { invalidParameter, Refusal } from '../errors.ts';

/** Everywhere that something of a pool is kept. */
export interface PoolStores {
  accounts: AccountStores;
  directory: DirectoryStores;
  uploads: UploadStores;
}

/** What a pool owns in the directory, beside its domains, without which it cannot be deleted. */
const OWNED: readonly PoolKind[] = [
  'client',
  'identity-provider',
  'saml-key',
  'resource-server',
  'group',
  'import-job',
  'import-turn',
  'signing-key',
  'domain',
];

/**
 * Throws Refusal `pool-not-found`, or `invalid-parameter` when it is protected or still has a domain (HUI-09).
 * A pool whose deletion began earlier is deleted to the end.
 */
export async function deletePool(stores: PoolStores, poolId: string): Promise<void> {
  const directory = stores.directory.forPool(poolId);
  const stored = await directory.find('pool', poolId);
  if (!stored) throw new Refusal('pool-not-found', { pool: poolId });
  if (!stored.record.deleting) {
    if ((await directory.count('domain')) > 0)
      throw invalidParameter(
        'User pool cannot be deleted. It has a domain configured that should be deleted first.',
      );
    const marking = directory.update('pool', poolId, (pool) => {
      if (pool.settings.DeletionProtection === 'ACTIVE')
        throw invalidParameter(
          'The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.',
        );
      return { ...pool, deleting: true };
    });
    await marking.catch((error: unknown) => {
      // Another call deleted it to the end meanwhile.
      throw error instanceof Missing ? new Refusal('pool-not-found', { pool: poolId }) : error;
    });
  }
  await finishDeletion(stores, poolId);
}

/** Removes what a marked pool owns, then the pool. Safe to run twice, and by two processes at once. */
export async function finishDeletion(stores: PoolStores, poolId: string): Promise<void> {
  const directory = stores.directory.forPool(poolId);
  for (const kind of OWNED) {
    for (;;) {
      const { items } = await directory.list(kind, { limit: 100 });
      if (!items.length) break;
      for (const { id } of items) await directory.remove(kind, id);
    }
  }
  await stores.uploads.forPool(poolId).clear();
  // After the clients and import jobs, without which no process makes accounts: what was cleared stays empty.
  await stores.accounts.forPool(poolId).clear();
  await directory.remove('pool', poolId);
}

/** Takes up every deletion that was cut short. For the start of a process. */
export async function finishDeletions(stores: PoolStores): Promise<void> {
  let cursor: string | undefined;
  do {
    const page = await stores.directory.listPools({ limit: 100, cursor });
    for (const { id, record } of page.items) if (record.deleting) await finishDeletion(stores, id);
    cursor = page.cursor;
  } while (cursor !== undefined);
}
