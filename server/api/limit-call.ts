/** Request rates of the JSON API, where the settings ask for them: each pool has its own, for each kind of operation. */
import { INSTALLATION } from '#adapters/directory/store.ts';
import { limitRate } from '../accounts/limits/limit-rate.ts';
import type { Service } from './operation.ts';
import { rateKind } from './rate-kinds.ts';

const POOL_ID = /^[\w-]{1,55}$/;
const CLIENT_ID = /^[\w+]{1,128}$/;

/**
 * Counts a call before its input is checked: for the pool that it names, by its own id or by that of a client, as the
 * hosted pages count what people do there. What names no pool, such as ListUserPools, is counted for the whole
 * installation. A pool file and the console are not counted: they do not come through here.
 * @throws Refusal `too-many-requests`
 */
export async function limitCall(
  {
    sessions,
    directory,
    clock,
    settings: { rates },
  }: Pick<Service, 'sessions' | 'directory' | 'clock' | 'settings'>,
  operation: string,
  input: unknown,
): Promise<void> {
  const kind = rates && rateKind(operation);
  if (!kind) return;
  const owner = (await poolOf(directory, input)) ?? INSTALLATION;
  await limitRate({ sessions: sessions.forPool(owner), clock, rates }, kind);
}

async function poolOf(directory: Service['directory'], input: unknown): Promise<string | undefined> {
  const { UserPoolId, ClientId } = (input ?? {}) as { UserPoolId?: unknown; ClientId?: unknown };
  if (typeof UserPoolId === 'string' && POOL_ID.test(UserPoolId)) return UserPoolId;
  if (typeof ClientId !== 'string' || !CLIENT_ID.test(ClientId)) return undefined;
  return (await directory.find('client', ClientId))?.pool;
}
