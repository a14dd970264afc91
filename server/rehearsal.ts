/**
 * A service on empty stores in memory, for trying a pool file before it is applied. No message leaves it, and it makes
 * no signing keys: nothing in a rehearsal signs, and keys cost a good part of a second.
 */

import type { AccountStores } from '#adapters/accounts/store.ts';
import type { DirectoryStores } from '#adapters/directory/store.ts';
import type { SessionStores } from '#adapters/sessions/store.ts';
import type { UploadStores } from '#adapters/uploads/store.ts';
import type { Service } from './api/operation.ts';
import { openPools } from './pools/find.ts';
import type { Shared } from './pools/open.ts';

interface Stores {
  accounts: AccountStores;
  directory: DirectoryStores;
  sessions: SessionStores;
  uploads: UploadStores;
  close(): Promise<void>;
}

const nowhere = { send: async () => undefined, close: async () => undefined };

export async function openRehearsal(
  shared: Shared,
  service: Service,
  openInMemory: () => Promise<Stores>,
): Promise<{ service: Service; close(): Promise<void> }> {
  const stores = await openInMemory();
  const pools = openPools({
    ...shared,
    ...stores,
    outgoing: undefined,
    mail: nowhere,
    sms: nowhere,
    openKeys: async () => ({
      published: [],
      get signing(): never {
        throw new Error('a rehearsal signs nothing');
      },
    }),
  });
  return {
    service: { ...service, ...stores, pools, nameResolves: undefined, audit: undefined },
    async close() {
      pools.close();
      await stores.close();
    },
  };
}
