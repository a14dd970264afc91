/**
 * Whether the driver still looks at its servers. It asks each every two seconds how it is, and believes it away from
 * the first failure until a later check succeeds. When a connection ends at the very moment of a check, the driver
 * writes to a socket that is gone and waits for it to drain, for ever: then it never asks again, and a server that has
 * long been back stays away until the process is restarted. Only its silence tells; so that is what is measured.
 */
import type { MongoClient } from 'mongodb';

/** Five checks that did not come; each may take the connection's own time-out. */
export const SILENT_MS = 10_000;

const HEARD = [
  'serverOpening',
  'serverHeartbeatStarted',
  'serverHeartbeatSucceeded',
  'serverHeartbeatFailed',
] as const;

/** @param now milliseconds of a clock that nobody sets */
export function watchHeartbeats(
  client: Pick<MongoClient, 'on'>,
  now: () => number = () => performance.now(),
): { isSilent(): boolean } {
  const heardAt = new Map<string, number>();
  for (const event of HEARD)
    client.on(event, (heard: { address: string } | { connectionId: string }) => {
      heardAt.set('address' in heard ? heard.address : heard.connectionId, now());
    });
  client.on('serverClosed', ({ address }) => void heardAt.delete(address));
  return { isSilent: () => [...heardAt.values()].some((at) => now() - at > SILENT_MS) };
}

/**
 * Gives the client a fresh start where it is silent; to be called when an operation failed. Nothing waits for it, and
 * never two at a time. What fails meanwhile fails as before; the next failure tries again.
 */
export function openHealing(client: MongoClient): () => void {
  const heartbeats = watchHeartbeats(client);
  let healing = false;
  let closed = false;
  return () => {
    if (healing || !(closed || heartbeats.isSilent())) return;
    healing = true;
    closed = true;
    client
      .close()
      .then(() => client.connect())
      .then(
        () => {
          closed = false;
        },
        () => undefined,
      )
      .finally(() => {
        healing = false;
      });
  };
}
