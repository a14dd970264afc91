/**
 * The signing keys of a pool: made when it is first opened, published, rotated with overlap, retired. ID and access
 * tokens have keys of their own. The private halves are stored sealed under the master secret; `tokens/` signs with
 * them, JWKS shows the public halves. Nothing here knows what a token says.
 */
import { createHmac, generateKeyPair, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import type { SigningKeyRecord } from '#adapters/directory/records.ts';
import type { DirectoryStore, Stored } from '#adapters/directory/store.ts';
import { AlreadyExists, Missing } from '#adapters/errors.ts';
import type { Clock } from '../clock.ts';
import type { PoolKeys, PublicJwk, SigningJwk } from '../pool.ts';
import type { Vault } from '../vault.ts';

type Use = SigningKeyRecord['use'];
type StoredKey = Stored<'signing-key'>;

export interface KeyRoom {
  directory: DirectoryStore;
  vault: Vault;
  clock: Clock;
  poolId: string;
}

const USES: readonly Use[] = ['id', 'access'];
const HOUR_MS = 3_600_000;
/** An access or ID token lives a day at most (HUI-207); an hour on top for clocks that differ. */
const OVERLAP_MS = 25 * HOUR_MS;
/** Verifiers may keep the key set for a day (`oidc/discovery.ts`), so a new key is shown that long before it signs. */
export const PUBLISH_AHEAD_MS = 25 * HOUR_MS;
/** Far more keys than a pool ever has at once. */
const ALL_KEYS = 100;

/**
 * Opens the pool's keys, making them first where there are none, and forgets those that have retired. What it
 * returns looks at the clock on each use, so a key that was published ahead begins to sign without anyone's doing.
 * Throws Unsealable when the master secret is not the one that sealed them.
 */
export async function openKeys(room: KeyRoom): Promise<PoolKeys> {
  const records = await listKeys(room);
  // Made once: verifiers remember what they read from a key by the object that it came in.
  const keys = records.map((stored) => {
    const jwk = openKey(room, stored);
    return { stored, jwk, shown: publicHalf(jwk) };
  });
  // Every token asks for them, and they change once in months.
  let known = standing(room, keys);
  const now = () => {
    const at = room.clock.now();
    if (at < known.from || at >= known.until) known = standing(room, keys);
    return known;
  };
  return {
    get signing() {
      return now().signing;
    },
    get published() {
      return now().published;
    },
  };
}

interface OpenedKey {
  stored: StoredKey;
  jwk: SigningJwk;
  shown: PublicJwk;
}

/** Which keys sign and which are shown at this moment, and from when until when that is so (milliseconds). */
function standing({ clock, poolId }: KeyRoom, keys: OpenedKey[]): PoolKeys & { from: number; until: number } {
  const now = clock.now();
  const signing = (use: Use): SigningJwk => {
    const [youngest] = keys
      .filter(({ stored }) => stored.record.use === use)
      .sort((a, b) => byActivity(a.stored, b.stored, now));
    if (!youngest) throw new Error(`pool ${poolId} has no key for ${use} tokens`);
    return youngest.jwk;
  };
  const first = { id: signing('id'), access: signing('access') };
  const kids = [first.id.kid, first.access.kid];
  const rank = (kid: string) => (kids.includes(kid) ? kids.indexOf(kid) : kids.length);
  const changes = keys
    .flatMap(({ stored: { record } }) => [record.activeFrom, record.retiredFrom ?? now])
    .filter((at) => at > now);
  return {
    signing: first,
    published: keys
      .filter(({ stored }) => !hasRetired(stored, now))
      .sort((a, b) => rank(a.jwk.kid) - rank(b.jwk.kid))
      .map(({ shown }) => shown),
    from: now,
    until: Math.min(...changes),
  };
}

/**
 * Gives the pool new keys (HUI-206). They are published at once and sign after `publishAheadMs`; until then, and for
 * as long as a token of theirs can be valid, the old ones stay published. Zero makes the new keys sign at once, for
 * a key that must not sign any more; verifiers that keep the old key set then fail until they fetch it again.
 */
export async function rotateKeys(
  room: KeyRoom,
  {
    publishAheadMs = PUBLISH_AHEAD_MS,
    overlapMs = OVERLAP_MS,
  }: { publishAheadMs?: number; overlapMs?: number } = {},
): Promise<void> {
  const now = room.clock.now();
  const activeFrom = now + publishAheadMs;
  const before = await listKeys(room);
  for (const use of USES) await createKey(room, use, randomBytes(32).toString('base64'), activeFrom);
  for (const { id, record } of before) {
    // A key that has not signed yet would become the youngest later and sign beyond its own retirement.
    if (record.activeFrom > now) await room.directory.remove('signing-key', id);
    else await retire(room, id, activeFrom + overlapMs);
  }
}

async function retire(room: KeyRoom, kid: string, retiredFrom: number): Promise<void> {
  try {
    await room.directory.update('signing-key', kid, (current) => ({
      ...current,
      // What was to retire sooner still does.
      retiredFrom: Math.min(retiredFrom, current.retiredFrom ?? retiredFrom),
    }));
  } catch (error) {
    // Someone else has removed it meanwhile, which is all that retiring leads to.
    if (!(error instanceof Missing)) throw error;
  }
}

/** The keys that have not retired, at least one for each use. */
async function listKeys(room: KeyRoom): Promise<StoredKey[]> {
  const now = room.clock.now();
  const { items } = await room.directory.list('signing-key', { limit: ALL_KEYS });
  const missing = USES.filter((use) => !items.some(({ record }) => record.use === use));
  if (missing.length > 0) {
    await Promise.all(missing.map((use) => createFirstKey(room, use)));
    return listKeys(room);
  }
  for (const stored of items)
    if (hasRetired(stored, now)) await room.directory.remove('signing-key', stored.id);
  return items.filter((stored) => !hasRetired(stored, now));
}

/**
 * Processes that start together must agree on the first keys. So their ids are not random: one of the callers
 * creates the record, the others find it taken and read it. The time at which the pool was made is part of the id,
 * since a pool that is made again under the same id must not show another key under a `kid` that verifiers keep.
 */
async function createFirstKey(room: KeyRoom, use: Use): Promise<void> {
  const pool = await room.directory.find('pool', room.poolId);
  const kid = createHmac('sha256', room.vault.derive('first signing keys'))
    .update(JSON.stringify([room.poolId, pool?.createdAt ?? 0, use]))
    .digest('base64');
  try {
    await createKey(room, use, kid, room.clock.now());
  } catch (error) {
    if (!(error instanceof AlreadyExists)) throw error;
  }
}

async function createKey(room: KeyRoom, use: Use, kid: string, activeFrom: number): Promise<void> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const { kty, n, e, ...secret } = privateKey.export({ format: 'jwk' });
  if (kty !== 'RSA' || !n || !e) throw new Error('an RSA key was expected');
  await room.directory.create('signing-key', kid, {
    use,
    publicJwk: { kty, n, e },
    sealedPrivateJwk: room.vault.seal('signing-key', `${room.poolId}/${kid}`, JSON.stringify(secret)),
    activeFrom,
  });
}

function openKey({ vault, poolId }: KeyRoom, { id: kid, record }: StoredKey): SigningJwk {
  const secret = JSON.parse(vault.open('signing-key', `${poolId}/${kid}`, record.sealedPrivateJwk));
  const { n, e } = record.publicJwk;
  return { kid, alg: 'RS256', kty: 'RSA', use: 'sig', n, e, ...secret };
}

function publicHalf({ kid, alg, kty, use, n, e }: SigningJwk): PublicJwk {
  return { kid, alg, kty, use, n, e };
}

const hasRetired = ({ record }: StoredKey, now: number) =>
  record.retiredFrom !== undefined && record.retiredFrom <= now;

/**
 * First the key that signs: the youngest of those whose time has come. When the time of none has, another process's
 * clock is ahead of ours: then the one whose time is nearest.
 */
function byActivity(a: StoredKey, b: StoredKey, now: number): number {
  const [fromA, fromB] = [a.record.activeFrom, b.record.activeFrom];
  const [activeA, activeB] = [fromA <= now, fromB <= now];
  if (activeA !== activeB) return activeA ? -1 : 1;
  const order = activeA ? fromB - fromA : fromA - fromB;
  return order || (a.id < b.id ? -1 : 1);
}
