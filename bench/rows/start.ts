import { median } from '../compare.ts';
import type { Row } from '../result.ts';
import { startBareProvider } from '../start-baselines.ts';
import { startFoyer } from '../start-foyer.ts';

/** From the start of the process to its first answer. */
export const start: Row = {
  name: 'start',
  about: 'start to first answer',
  async run(bench) {
    const first: number[] = [];
    const again: number[] = [];
    const bare: number[] = [];
    for (let i = 0; i < bench.options.starts; i++) {
      const foyer = await startFoyer(bench.newFolder(), bench.options);
      first.push(...foyer.processes.map((process) => process.startedInMs));
      await foyer.stop();
      again.push((await foyer.addProcess()).startedInMs);
      await foyer.stop();
      // It hashes nothing before somebody signs in.
      const { process } = await startBareProvider(bench.newFolder(), 'none');
      bare.push(process.startedInMs);
      await process.stop();
    }
    const figure = (name: string, times: number[]) => ({ name, unit: 'ms' as const, value: median(times) });
    return [
      {
        title: `start: ${start.about}, ${bench.options.starts} starts each`,
        lines: [],
        figures: [
          { ...figure('Foyer, in an empty folder', first) },
          { ...figure('Foyer, with what it has stored', again), goal: { atMost: 1000 } },
          figure('oidc-provider', bare),
        ],
      },
    ];
  },
};
