import { compare, medianRatio } from '../compare.ts';
import type { ScenarioName } from '../load/scenarios.ts';
import type { Result, Row } from '../result.ts';

export const clientCredentials = row('client-credentials', 'a token for a program', 0.9);
export const singleSignOn = row('single-sign-on', 'a second application: authorize, code, tokens', 0.8);
export const pushedAndBound = row(
  'pushed-and-bound',
  'a pushed request, its code, tokens bound to a key',
  0.8,
);
export const tokenExchange = row('token-exchange', 'a token for another service', 0.8);
export const refresh = row('refresh', 'new tokens for a refresh token', 0.8);

/** One scenario, Foyer beside bare oidc-provider. */
function row(name: ScenarioName, about: string, atLeast: number): Row {
  return {
    name,
    about,
    async run(bench): Promise<Result[]> {
      const [foyer, bare] = await compare(
        [
          bench.contestant('Foyer', await bench.foyer(), name),
          bench.contestant('oidc-provider', await bench.bareProvider(), name),
        ],
        bench.options,
      );
      if (!foyer || !bare) return [];
      return [
        {
          title: `${name}: ${about}`,
          lines: [foyer, bare].map((one) => ({ name: one.name, turn: one.median })),
          figures: [
            {
              name: 'per second, Foyer / oidc-provider',
              value: medianRatio(foyer, bare, (turn) => turn.perSecond),
              goal: { atLeast },
            },
            {
              name: 'server CPU, Foyer / oidc-provider',
              value: medianRatio(foyer, bare, (turn) => turn.cpuMs),
            },
          ],
        },
      ];
    },
  };
}
