import { findClient } from '../../configuration/find-client.ts';
import { openIdSettingsOf } from '../../configuration/openid/features.ts';
import type { Logger } from '../../log.ts';
import type { Client, Pool } from '../../pool.ts';
import { logoutToken } from './logout-token.ts';

export type Telling = Pick<
  Pool,
  'id' | 'tags' | 'issuer' | 'keys' | 'directory' | 'vault' | 'clock' | 'federation'
>;

/** An application, and what it knows the session by. */
export interface Told {
  client: Client;
  sid?: string | undefined;
}

export interface Bounds {
  /** Requests that are on their way at the same moment. */
  atOnce: number;
  /** Milliseconds for one application. */
  eachMs: number;
  /** Milliseconds for all of them: somebody waits until they are over. */
  wholeMs: number;
}

/** Twice as many as are told at once may be dead before one that is alive is not reached. */
const BOUNDS: Bounds = { atOnce: 16, eachMs: 2500, wholeMs: 5000 };

/**
 * The clients of this list that are still there. One that cannot be read keeps nobody else from being told: it is in the
 * log by name.
 */
export async function readApplications<T extends { client: string; sid?: string | undefined }>(
  pool: Telling,
  log: Logger,
  list: readonly T[],
): Promise<(Told & { of: T })[]> {
  const read = await Promise.all(
    list.map(async (of) => {
      try {
        const client = await findClient(pool, of.client);
        return client && { client, sid: of.sid, of };
      } catch (err) {
        log.error({ err, client: of.client }, 'an application was not told that somebody signed out');
        return undefined;
      }
    }),
  );
  return read.filter((one) => one !== undefined);
}

/**
 * Posts its logout token to each of those that have an address for it. Gives those that took it, or have none, or know
 * already. One that does not answer keeps nobody signed in, and is in the log.
 */
export async function tellApplications<T extends Told>(
  pool: Telling,
  log: Logger,
  { told, sub }: { told: readonly T[]; sub: string },
  { atOnce, eachMs, wholeMs }: Bounds = BOUNDS,
): Promise<T[]> {
  const whole = AbortSignal.timeout(wholeMs);
  const waiting = callsFor(pool, told);
  const took: T[] = told.filter(({ client }) => !openIdSettingsOf(pool, client).backchannel_logout_uri);

  async function workOff(): Promise<void> {
    while (!whole.aborted) {
      const call = waiting.shift();
      if (!call) return;
      const { uri, client, sid, all } = call;
      try {
        const token = await logoutToken(pool, { client, sub, ...(sid !== undefined && { sid }) });
        await post(pool, uri, token, AbortSignal.any([whole, AbortSignal.timeout(eachMs)]));
        took.push(...all);
      } catch (err) {
        log.warn({ err, client }, 'an application was not told that somebody signed out');
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, waiting.length) }, workOff));
  const missed = waiting.map(({ client }) => client);
  if (missed.length > 0)
    log.warn({ clients: missed }, 'there was no time to tell these applications that somebody signed out');
  return took;
}

interface Call<T> {
  uri: string;
  client: string;
  sid?: string | undefined;
  all: T[];
}

/** One for each client, or for each of its sessions where it has to be told which. */
function callsFor<T extends Told>(pool: Telling, told: readonly T[]): Call<T>[] {
  const calls = new Map<string, Call<T>>();
  for (const one of told) {
    const { backchannel_logout_uri: uri, backchannel_logout_session_required: isNamed } = openIdSettingsOf(
      pool,
      one.client,
    );
    if (!uri) continue;
    const sid = isNamed ? one.sid : undefined;
    const key = JSON.stringify([one.client.id, sid]);
    const call = calls.get(key) ?? { uri, client: one.client.id, sid, all: [] };
    call.all.push(one);
    calls.set(key, call);
  }
  return [...calls.values()];
}

/** @throws for any answer but those by which it says that the session has ended there (section 2.8) */
async function post({ federation }: Telling, uri: string, token: string, signal: AbortSignal): Promise<void> {
  if (!federation) throw new Error('nothing may leave this process');
  const { status } = await federation.outgoing.fetch(uri, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ logout_token: token }).toString(),
    signal,
    purpose: 'the back-channel logout address of a client',
  });
  if (status !== 200 && status !== 204) throw new Error(`it answered ${status}`);
}
