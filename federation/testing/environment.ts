import { openOutgoing } from '../fetch.ts';
import type { Environment } from '../provider.ts';

/** An environment that reaches this machine, with a clock that a test may move. */
export function openEnvironment(
  changes: Partial<Environment> = {},
): Environment & { clock: { time: number } } {
  const clock = { time: Date.now(), now: () => clock.time };
  const seen = new Set<string>();
  return {
    outgoing: openOutgoing({ clock, allow: ['127.0.0.0/8'] }),
    poolId: 'eu-central-1_Test00001',
    async once(key) {
      const first = !seen.has(key);
      seen.add(key);
      return first;
    },
    ...changes,
    clock,
  };
}

/** The same environment in which every https address is at this server: the vendors' own addresses are called. */
export function rerouted<E extends Environment>(environment: E, base: string): E {
  const { outgoing } = environment;
  const fetch: typeof outgoing.fetch = (url, request) =>
    outgoing.fetch(url.replace(/^https:\/\/[^/]+/, base), request);
  return { ...environment, outgoing: { ...outgoing, fetch } };
}
