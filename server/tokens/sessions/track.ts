import type { Pool } from '../../pool.ts';
import { deviceOf } from './device.ts';
import { type Claim, claimSlot, type Entry, MOST, readSlots, type SlotStore, touchSlot } from './slots.ts';

export type Tracking = SlotStore & Pick<Pool, 'sessionTracking'>;

/** Where a session is used from, as far as it is known. */
export interface From {
  address?: string | undefined;
  userAgent?: string | undefined;
}

/** The hosted session through which a grant comes. */
export interface Through {
  uid: string;
  /** Milliseconds since the epoch. */
  since: number;
  expiresAt: number;
}

interface Began extends Pick<Entry, 'of' | 'epoch' | 'clientId' | 'expiresAt'> {
  accountId: string;
}

/** Whether a sign-in still holds, and how it ends; given by those who know grants and hosted sessions. */
export type Kept = Pick<Claim, 'holds' | 'end'>;

/**
 * Records a grant, and the hosted session through which it came, where the pool tracks sessions.
 * @throws Refusal `busy`
 */
export async function trackSession(
  pool: Tracking,
  { accountId, of, epoch, clientId, expiresAt }: Began,
  kept: Kept,
  { from = {}, through }: { from?: From | undefined; through?: Through | undefined },
): Promise<void> {
  if (!pool.sessionTracking) return;
  const now = pool.clock.now();
  const entry = { epoch, clientId, createdAt: now, activeAt: now, ...seenFrom(from) };
  if (through) await trackHosted(pool, accountId, { ...entry, ...hosted(through) }, kept);
  await claimSlot(
    pool,
    accountId,
    { ...entry, type: 'TOKEN', of, expiresAt, ...(through && { origin: through.uid }) },
    { ...kept, most: pool.sessionTracking.maxPerUser },
  );
}

/** Notes that the tokens of a grant were refreshed. */
export async function noteActivity(
  pool: Tracking,
  { accountId, id }: { accountId: string; id: string },
  from: From = {},
): Promise<void> {
  if (pool.sessionTracking) await touchSlot(pool, accountId, { type: 'TOKEN', of: id }, seenFrom(from));
}

function seenFrom({ address, userAgent }: From): Pick<Entry, 'address' | 'device'> {
  return { ...(address && { address }), ...(userAgent && { device: deviceOf(userAgent) }) };
}

const hosted = ({ uid, since, expiresAt }: Through) =>
  ({ type: 'SSO', of: uid, createdAt: since, expiresAt }) as const;

/** Past the most that are kept, the oldest is forgotten and not ended: only grants are limited. */
async function trackHosted(pool: Tracking, accountId: string, entry: Entry, kept: Kept): Promise<void> {
  const known = (await readSlots(pool, accountId, 'SSO')).some((held) => held.entry.of === entry.of);
  const { address, device } = entry;
  if (known)
    return touchSlot(pool, accountId, entry, { ...(address && { address }), ...(device && { device }) });
  await claimSlot(pool, accountId, entry, { ...kept, most: MOST.SSO, end: async () => undefined });
}
