/**
 * The load generator: a process of its own, so that its cost is known and never counted as a server's. For each order
 * it answers with what it saw, or with a fault. Visitors and their sessions stay between the turns of a comparison.
 */
import type { Amount, Load } from '../contestant.ts';
import type { Target } from '../scene.ts';
import { measureLoad } from './measure-load.ts';
import { openScenario, type ScenarioName } from './scenarios.ts';

export interface Order {
  scenario: ScenarioName;
  target: Target;
  visitors: number;
  amount: Amount;
}

export type Report = { load: Load } | { fault: string };

const ready = new Map<string, Promise<(() => Promise<void>)[]>>();

process.on('message', async (order: Order) => {
  const report: Report = await run(order).then(
    (load) => ({ load }),
    (error: unknown) => ({ fault: String(error instanceof Error ? error.stack : error) }),
  );
  process.send?.(report);
});
// Ends with the benchmark, however that ends.
process.on('disconnect', () => process.exit());

async function run({ scenario, target, visitors, amount }: Order): Promise<Load> {
  const key = JSON.stringify([scenario, target, visitors]);
  let workers = ready.get(key);
  if (!workers) {
    workers = Promise.all(Array.from({ length: visitors }, () => openScenario(scenario, target)));
    ready.set(key, workers);
  }
  return measureLoad(await workers, amount);
}
