import { FEW } from '../bench.ts';
import { takeTurn } from '../compare.ts';
import { residentMb } from '../processes.ts';
import type { Row } from '../result.ts';

const STEPS = 10;

/** Resident memory as sign-ins go by, every one of another browser. */
export const memory: Row = {
  name: 'memory',
  about: 'resident memory after many sign-ins',
  async run(bench) {
    const { signIns } = bench.options;
    const foyer = await bench.newFoyer(FEW);
    const contestant = bench.contestant('Foyer', foyer, 'sign-in');
    const atStart = residentMb(contestant.pids);
    const lines = [];
    for (let step = 1; step <= STEPS; step++) {
      const turn = await takeTurn(contestant, { operations: Math.ceil(signIns / STEPS) });
      lines.push({ name: `${Math.ceil((signIns * step) / STEPS)} sign-ins`, turn });
    }
    await foyer.stop();
    const [half, end] = [lines[STEPS / 2 - 1], lines[STEPS - 1]].map((line) => line?.turn.residentMb ?? 0);
    return [
      {
        title: `memory: ${memory.about}`,
        lines,
        figures: [
          { name: 'before the first', unit: 'MB', value: atStart },
          { name: `after ${signIns}`, unit: 'MB', value: end ?? 0, goal: { atMost: 200 } },
          { name: `after ${signIns} / after half as many`, value: (end ?? 0) / (half ?? 0) },
        ],
      },
    ];
  },
};
