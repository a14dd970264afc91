import { FEW } from '../bench.ts';
import { compare, medianRatio } from '../compare.ts';
import type { ScenarioName } from '../load/scenarios.ts';
import { type Result, type Row, SAME } from '../result.ts';

const SCENARIOS: ScenarioName[] = ['client-credentials', 'sign-in', 'refresh'];

/** The same stores behind two processes: every request may reach either, and costs what it costs with one. */
export const twoProcesses: Row = {
  name: 'two-processes',
  about: 'CPU of an operation with two processes on the same stores',
  async run(bench) {
    const one = await bench.newFoyer(FEW);
    const two = await bench.newFoyer(FEW);
    await two.addProcess();
    const results: Result[] = [];
    for (const scenario of SCENARIOS) {
      const [single, double] = await compare(
        [bench.contestant('one process', one, scenario), bench.contestant('two processes', two, scenario)],
        bench.options,
      );
      if (!single || !double) continue;
      results.push({
        title: `two-processes: ${scenario}`,
        lines: [single, double].map(({ name, median: turn }) => ({ name, turn })),
        figures: [
          {
            name: 'server CPU, two processes / one',
            value: medianRatio(double, single, (turn) => turn.cpuMs),
            goal: SAME,
          },
        ],
      });
    }
    await Promise.all([one.stop(), two.stop()]);
    return results;
  },
};
