/**
 * Host and path, or a pool id -> the opened pool. Pools are opened on demand and kept until their configuration
 * changes; a name that no pool owns is remembered for a second, so that guessing costs the store little.
 */
import { Refusal } from '../errors.ts';
import type { Pool, Pools } from '../pool.ts';
import { domainNamed } from './addresses.ts';
import { type HostedAddress, type OpenedPool, openPool, type Shared } from './open.ts';
import { watchDirectory } from './watch.ts';

export interface PoolFinder extends Pools {
  /** The pool and the address that a request is for; undefined when no pool answers there. */
  byAddress(host: string, path: string): Promise<{ pool: Pool; address: HostedAddress } | undefined>;
  /** From now on tells which pool (or the installation) was written, by this process or another. */
  onChange(tell: (owner: string) => void): void;
  close(): void;
}

/** How long it is remembered that nobody owns a name. */
const UNKNOWN_MS = 1000;
/** More names than this are forgotten at once: whoever asks for so many is guessing. */
const MOST_NAMES = 10_000;

export function openPools(shared: Shared): PoolFinder {
  const opened = new Map<string, Promise<OpenedPool>>();
  const owners = new Map<string, { poolId?: string; until: number }>();

  const listeners: ((owner: string) => void)[] = [];
  let changes = 0;

  const watch = watchDirectory(shared, (poolId) => {
    changes++;
    opened.delete(poolId);
    for (const [domain, owner] of owners) if (!owner.poolId || owner.poolId === poolId) owners.delete(domain);
    for (const tell of listeners) tell(poolId);
  });

  function open(poolId: string): Promise<OpenedPool> {
    const known = opened.get(poolId);
    if (known) return known;
    const opening = openPool(shared, poolId);
    opened.set(poolId, opening);
    opening.catch(() => opened.get(poolId) === opening && opened.delete(poolId));
    return opening;
  }

  async function ownerOf(domain: string): Promise<string | undefined> {
    const now = shared.clock.now();
    const known = owners.get(domain);
    if (known && (known.poolId || known.until > now)) return known.poolId;
    if (owners.size > MOST_NAMES) owners.clear();
    const seen = changes;
    const poolId = (await shared.directory.find('domain', domain))?.pool;
    // What was read before a change was told may be older than it, and nobody would tell of that change again.
    if (seen === changes) owners.set(domain, { poolId, until: now + UNKNOWN_MS });
    return poolId;
  }

  async function answersAt(domain: string, byPath: boolean, region?: string) {
    const poolId = await ownerOf(domain);
    if (!poolId) return undefined;
    const { pool, addresses } = await open(poolId).catch(unlessGone);
    const mountPath = byPath ? `/${domain}` : '';
    const address = addresses.find(
      (at) => at.mountPath === mountPath && (byPath || hostNames(at.origin, domain, region)),
    );
    return pool && address ? { pool, address } : undefined;
  }

  return {
    byId: async (poolId) => (await open(poolId)).pool,
    refresh: () => watch.poll(),
    onChange: (tell) => void listeners.push(tell),
    close: () => watch.stop(),

    async byAddress(host, path) {
      for (const { domain, region, byPath } of domainNamed(shared.settings, host, path)) {
        const found = await answersAt(domain, byPath, region);
        if (found) return found;
      }
      return undefined;
    },
  };
}

/** A prefix is one label of the host, with the pool's region behind it; a custom domain is the whole host. */
function hostNames(origin: string, domain: string, region?: string): boolean {
  const { hostname } = new URL(origin);
  return region ? hostname.startsWith(`${domain}.auth.${region}.`) : hostname === domain;
}

/** A pool that was deleted a moment ago has no addresses; any other fault is one. */
function unlessGone(error: unknown): { pool?: undefined; addresses: HostedAddress[] } {
  if (error instanceof Refusal && error.reason === 'pool-not-found') return { addresses: [] };
  throw error;
}
