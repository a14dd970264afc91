/**
 * An app client by its id, as rules use it. Read from the directory on every call: deleting or changing a client
 * acts at once, in every process (HUI-32, USR-242).
 */
import type { Client, Pool } from '../pool.ts';

type Found = Pick<Pool, 'id' | 'directory' | 'vault'>;

/** What a sealed client secret is bound to, so that it opens for no other client. */
export const sealedFor = (poolId: string, clientId: string) => `${poolId}/${clientId}`;

/** The purpose under which client secrets are sealed. */
export const CLIENT_SECRET = 'client-secret';

/** Undefined when this pool has no such client; another pool's clients are not there. */
export async function findClient(pool: Found, clientId: string): Promise<Client | undefined> {
  const stored = await pool.directory.find('client', clientId);
  if (!stored) return undefined;
  const { sealedSecret, settings } = stored.record;
  return {
    id: stored.id,
    poolId: pool.id,
    secret: sealedSecret && pool.vault.open(CLIENT_SECRET, sealedFor(pool.id, clientId), sealedSecret),
    settings,
  };
}
