import { FEW } from '../bench.ts';
import { compare, medianRatio } from '../compare.ts';
import type { ScenarioName } from '../load/scenarios.ts';
import { type Result, type Row, SAME } from '../result.ts';

const SCENARIOS: ScenarioName[] = ['sign-in-page', 'look-up', 'list-users', 'sign-in'];

/** A pool with very many people beside one with few: nothing may cost more for it. */
export const manyAccounts: Row = {
  name: 'many-accounts',
  about: 'what a page, a look-up, a list and a sign-in cost in a large pool',
  async run(bench) {
    const { accounts } = bench.options;
    const few = await bench.newFoyer(FEW);
    const many = await bench.newFoyer(accounts);
    const results: Result[] = [];
    for (const scenario of SCENARIOS) {
      const [small, large] = await compare(
        [
          bench.contestant(`${few.target.people} accounts`, few, scenario),
          bench.contestant(`${accounts} accounts`, many, scenario),
        ],
        bench.options,
      );
      if (!small || !large) continue;
      results.push({
        title: `many-accounts: ${scenario}`,
        lines: [small, large].map(({ name, median: turn }) => ({ name, turn })),
        figures: [
          {
            name: `server CPU, ${accounts} accounts / ${few.target.people}`,
            value: medianRatio(large, small, (turn) => turn.cpuMs),
            goal: SAME,
          },
        ],
      });
    }
    await Promise.all([few.stop(), many.stop()]);
    return results;
  },
};
