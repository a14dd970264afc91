import type { Amount, Load } from '../contestant.ts';

/**
 * Runs each worker again and again, all of them at once, until the amount is done; what was begun is finished. The
 * first fault ends it: a benchmark of errors measures something else.
 */
export async function measureLoad(workers: (() => Promise<void>)[], amount: Amount): Promise<Load> {
  const most = 'operations' in amount ? amount.operations : Number.POSITIVE_INFINITY;
  const cpu = process.cpuUsage();
  const start = performance.now();
  const deadline = 'seconds' in amount ? start + amount.seconds * 1000 : Number.POSITIVE_INFINITY;
  const latencies: number[] = [];
  let begun = 0;
  let failed = false;

  const work = async (worker: () => Promise<void>) => {
    while (begun < most && performance.now() < deadline && !failed) {
      begun++;
      const began = performance.now();
      await worker();
      latencies.push(performance.now() - began);
    }
  };
  await Promise.all(
    workers.map((worker) =>
      work(worker).catch((error: unknown) => {
        failed = true;
        throw error;
      }),
    ),
  );
  const used = process.cpuUsage(cpu);
  return {
    operations: latencies.length,
    seconds: (performance.now() - start) / 1000,
    latency: percentiles(latencies),
    ownCpuMs: (used.user + used.system) / 1000,
  };
}

function percentiles(latencies: number[]): Load['latency'] {
  const sorted = Float64Array.from(latencies).sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}
