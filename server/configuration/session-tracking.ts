/** Whether a pool keeps a list of everybody's sessions, and how long a client uses a hosted session (newer members of the model). */
import type { PoolRecord } from '#adapters/directory/records.ts';
import type { DirectoryStores } from '#adapters/directory/store.ts';
import { Missing } from '#adapters/errors.ts';
import { Refusal } from '../errors.ts';
import { findPool } from './find-pool.ts';
import { requireClient } from './require-client.ts';

export type SessionTracking = NonNullable<PoolRecord['sessionTracking']>;

const DEFAULT: SessionTracking = { status: 'DISABLED', maxPerUser: 20 };
/** Minutes. */
const DEFAULT_SSO = 60;

/** @throws Refusal `pool-not-found` */
export async function sessionTrackingOf(
  directory: DirectoryStores,
  poolId: string,
): Promise<SessionTracking> {
  return (await findPool(directory, poolId)).record.sessionTracking ?? DEFAULT;
}

/** @throws Refusal `pool-not-found`, `tier-too-low` */
export async function setSessionTracking(
  directory: DirectoryStores,
  poolId: string,
  sessionTracking: SessionTracking,
): Promise<void> {
  await findPool(directory, poolId);
  await directory.forPool(poolId).update('pool', poolId, (pool) => {
    // A pool that went down to that tier can still stop.
    if (pool.settings.UserPoolTier === 'LITE' && sessionTracking.status === 'ENABLED')
      throw new Refusal('tier-too-low');
    return { ...pool, sessionTracking };
  });
}

/** Minutes of a hosted session in which this client lets nobody sign in anew. @throws Refusal `pool-not-found`, `client-not-found` */
export async function ssoMinutesOf(
  directory: DirectoryStores,
  poolId: string,
  clientId: string,
): Promise<number> {
  return (await requireClient(directory, poolId, clientId))?.record.ssoMinutes ?? DEFAULT_SSO;
}

/** @throws Refusal `pool-not-found`, `client-not-found`, `operation-not-enabled` */
export async function setSsoMinutes(
  directory: DirectoryStores,
  poolId: string,
  clientId: string,
  ssoMinutes: number,
): Promise<void> {
  const { status } = await sessionTrackingOf(directory, poolId);
  if (status !== 'ENABLED')
    throw new Refusal('operation-not-enabled', {
      message: 'User session tracking is not enabled for this user pool.',
    });
  try {
    await directory.forPool(poolId).update('client', clientId, (client) => ({ ...client, ssoMinutes }));
  } catch (error) {
    if (error instanceof Missing) throw new Refusal('client-not-found', { client: clientId });
    throw error;
  }
}
