/** Request rates of the JSON API, where the settings ask for them: each pool has its own, for each kind of operation. */
import { INSTALLATION } from '#adapters/directory/store.ts';
import { limitRate } from '../accounts/limits/limit-rate.ts';
import type { Service } from './operation.ts';
import { rateKind } from './rate-kinds.ts';

const POOL_ID = /^[\w-]{1,55}$/;

/**
 * Counts a call before its input is checked. What names no pool, such as ListUserPools, is counted for the whole
 * installation. A pool file and the console are not counted: they do not come through here.
 * @throws Refusal `too-many-requests`
 */
export async function limitCall(
  { sessions, clock, settings: { rates } }: Pick<Service, 'sessions' | 'clock' | 'settings'>,
  operation: string,
  input: unknown,
): Promise<void> {
  const kind = rateKind(operation);
  if (!rates || !kind) return;
  const named = (input as { UserPoolId?: unknown } | null)?.UserPoolId;
  const owner = typeof named === 'string' && POOL_ID.test(named) ? named : INSTALLATION;
  await limitRate({ sessions: sessions.forPool(owner), clock, rates }, kind);
}
