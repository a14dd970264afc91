import type { Clock } from '../provider.ts';

const MINUTE = 60_000;

/**
 * How long a document is good: as its `Cache-Control` says, but from five minutes to a day, and an hour where it says
 * nothing. When it cannot be read again it serves for another day: a provider that is away for a while still works.
 */
export function keepFor(response: Response, clock: Clock) {
  const said = /(?:^|[\s,])max-age=(\d{1,9})/i.exec(response.headers.get('cache-control') ?? '')?.[1];
  const ms = said === undefined ? 60 * MINUTE : Number(said) * 1000;
  const freshUntil = clock.now() + Math.min(Math.max(ms, 5 * MINUTE), 24 * 60 * MINUTE);
  return { freshUntil, usableUntil: freshUntil + 24 * 60 * MINUTE };
}
