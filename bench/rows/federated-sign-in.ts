import { compare, median } from '../compare.ts';
import type { Row } from '../result.ts';
import { startMockProvider } from '../start-mock-provider.ts';

/** A sign-in through another provider, beside one with a password less its hash: what is left is the same work. */
export const federatedSignIn: Row = {
  name: 'federated-sign-in',
  about: 'authorize, the way to another provider and back, code, tokens',
  async run(bench) {
    const foyer = await bench.foyer();
    const provider = await startMockProvider(bench.newFolder(), foyer.target);
    try {
      const [federated, local, hash] = await compare(
        [
          bench.contestant('through a provider', foyer, 'federated-sign-in'),
          bench.contestant('with a password', foyer, 'sign-in'),
          await bench.bareHash(),
        ],
        bench.options,
      );
      if (!federated || !local || !hash) return [];
      const less = median(
        federated.turns.map(({ cpuMs }, round) => {
          const cpu = (other: typeof local) => other.turns[round]?.cpuMs ?? Number.NaN;
          return (cpu(local) - cpu(hash)) / cpuMs;
        }),
      );
      return [
        {
          title: `federated-sign-in: ${federatedSignIn.about}`,
          lines: [federated, local, hash].map(({ name, median: turn }) => ({ name, turn })),
          figures: [
            {
              name: 'per second of CPU, through a provider / with a password less its hash',
              value: less,
              goal: { atLeast: 0.8 },
            },
          ],
        },
      ];
    } finally {
      await provider.stop();
    }
  },
};
