import { once } from 'node:events';
import { join } from 'node:path';
import type { Amount, Load } from './contestant.ts';
import type { Order, Report } from './load/generator.ts';
import type { ScenarioName } from './load/scenarios.ts';
import { startProgram } from './processes.ts';
import type { Target } from './scene.ts';

export interface Generator {
  run(scenario: ScenarioName, target: Target, amount: Amount): Promise<Load>;
  stop(): Promise<void>;
}

/** @param visitors so many at once: more than a server has threads, few enough that waiting hides no cost */
export async function startGenerator(folder: string, visitors: number): Promise<Generator> {
  const { child, stop } = await startProgram({
    name: 'the load generator',
    args: [join(import.meta.dirname, 'load', 'generator.ts')],
    folder,
  });
  return {
    stop,
    async run(scenario, target, amount) {
      const order: Order = { scenario, target, visitors, amount };
      child.send(order);
      const gone = new AbortController();
      const ended = once(child, 'exit', { signal: gone.signal }).then(() => {
        throw new Error('The load generator ended');
      });
      try {
        const [report] = (await Promise.race([once(child, 'message'), ended])) as [Report];
        if ('fault' in report) throw new Error(`${scenario} at ${target.origin}: ${report.fault}`);
        return report.load;
      } finally {
        ended.catch(() => {});
        gone.abort();
      }
    },
  };
}
