import { type Compared, compare, median, medianRatio } from '../compare.ts';
import type { Figure, Row } from '../result.ts';

/** A complete sign-in, beside bare oidc-provider with the same hash, and beside the hash alone. */
export const signIn: Row = {
  name: 'sign-in',
  about: 'authorize, page, post, code, tokens',
  async run(bench) {
    const [foyer, bare, hash] = await compare(
      [
        bench.contestant('Foyer', await bench.foyer(), 'sign-in'),
        bench.contestant('oidc-provider', await bench.bareProvider(), 'sign-in'),
        await bench.bareHash(),
      ],
      bench.options,
    );
    if (!foyer || !bare || !hash) return [];
    return [
      {
        title: `sign-in: ${signIn.about}`,
        lines: [foyer, bare, hash].map(({ name, median: turn }) => ({ name, turn })),
        figures: figures(foyer, bare, hash),
      },
    ];
  },
};

function figures(foyer: Compared, bare: Compared, hash: Compared): Figure[] {
  const perRound = (figure: (f: number, b: number, h: number) => number) =>
    median(
      foyer.turns.map(({ cpuMs }, round) =>
        figure(cpuMs, bare.turns[round]?.cpuMs ?? Number.NaN, hash.turns[round]?.cpuMs ?? Number.NaN),
      ),
    );
  return [
    {
      name: 'per second, Foyer / oidc-provider',
      value: medianRatio(foyer, bare, (turn) => turn.perSecond),
    },
    { name: 'per second, Foyer / bare hash', value: medianRatio(foyer, hash, (turn) => turn.perSecond) },
    { name: 'server CPU less the hash, Foyer', unit: 'ms', value: perRound((f, _, h) => f - h) },
    { name: 'server CPU less the hash, oidc-provider', unit: 'ms', value: perRound((_, b, h) => b - h) },
    {
      name: 'server CPU less the hash, Foyer / oidc-provider',
      value: perRound((f, b, h) => (f - h) / (b - h)),
      goal: { atMost: 1.5 },
    },
  ];
}
