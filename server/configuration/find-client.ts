/**
 * An app client by its id, as rules use it. Read from the directory on every call: deleting or changing a client
 * acts at once, in every process (HUI-32, USR-242).
 */
import type { Stored } from '#adapters/directory/store.ts';
import type { Client, Pool } from '../pool.ts';

type Found = Pick<Pool, 'id' | 'directory' | 'vault'>;

/** What a sealed client secret is bound to, so that it opens for no other client. */
export const sealedFor = (poolId: string, clientId: string) => `${poolId}/${clientId}`;

/** The purpose under which client secrets are sealed. */
export const CLIENT_SECRET = 'client-secret';

/** Undefined when this pool has no such client; another pool's clients are not there. */
export async function findClient(pool: Found, clientId: string): Promise<Client | undefined> {
  const stored = await pool.directory.find('client', clientId);
  return stored && (Object.isFrozen(stored) ? openOnce(pool, stored) : openClient(pool, stored));
}

const opened = new WeakMap<Stored<'client'>, { vault: Pool['vault']; client: Client }>();

/**
 * A store that remembers what it read gives the same frozen record until it is changed, and callers get the same frozen
 * client for it: so they can remember in turn what they make of one.
 */
function openOnce(pool: Found, stored: Stored<'client'>): Client {
  const known = opened.get(stored);
  if (known && known.vault === pool.vault) return known.client;
  const client = Object.freeze(openClient(pool, stored));
  opened.set(stored, { vault: pool.vault, client });
  return client;
}

/** A stored client as rules use it, its secret opened. */
export function openClient({ vault }: Pick<Pool, 'vault'>, { pool, id, record }: Stored<'client'>): Client {
  const { sealedSecret, secrets = [], ssoMinutes, settings } = record;
  const open = (sealed: string) => vault.open(CLIENT_SECRET, sealedFor(pool, id), sealed);
  const other = secrets[1];
  return {
    id,
    poolId: pool,
    secret: sealedSecret && open(sealedSecret),
    ...(other && { otherSecret: open(other.sealed) }),
    ...(ssoMinutes !== undefined && { ssoMinutes }),
    settings,
  };
}
