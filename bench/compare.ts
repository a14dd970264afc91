import type { Amount, Contestant, Turn } from './contestant.ts';
import { cpuMs, residentMb } from './processes.ts';

export interface Compared {
  name: string;
  /** In the order of the rounds. */
  turns: Turn[];
  median: Turn;
}

/**
 * Lets the contestants take turns, every round in another order, so that whatever else the machine does hits all
 * alike. What warms each of them up does not count.
 */
export async function compare(
  contestants: Contestant[],
  { rounds, seconds, warmUp }: { rounds: number; seconds: number; warmUp: number },
): Promise<Compared[]> {
  for (const contestant of contestants) await warm(contestant, { seconds: 2 * seconds, operations: warmUp });
  const turns = contestants.map((): Turn[] => []);
  for (let round = 0; round < rounds; round++) {
    for (let place = 0; place < contestants.length; place++) {
      const index = (place + round) % contestants.length;
      const contestant = contestants[index];
      if (contestant) turns[index]?.push(await takeTurn(contestant, { seconds }));
    }
  }
  return contestants.map(({ name }, index) => ({
    name,
    turns: turns[index] ?? [],
    median: medianTurn(turns[index] ?? []),
  }));
}

/**
 * A server runs for weeks; what counts is what it costs then, when what is often run is compiled. Each of its processes
 * compiles for itself: for so long and for so many operations.
 */
async function warm(
  { pids, load }: Contestant,
  each: { seconds: number; operations: number },
): Promise<void> {
  const { operations } = await load({ seconds: each.seconds * pids.length });
  const missing = each.operations * pids.length - operations;
  if (missing > 0) await load({ operations: missing });
}

export async function takeTurn({ pids, load }: Contestant, amount: Amount): Promise<Turn> {
  const before = cpuMs(pids);
  const { operations, seconds, latency, ownCpuMs } = await load(amount);
  return {
    perSecond: operations / seconds,
    ...latency,
    cpuMs: (cpuMs(pids) - before) / operations,
    residentMb: residentMb(pids),
    generatorCores: ownCpuMs / 1000 / seconds,
  };
}

function medianTurn(turns: Turn[]): Turn {
  const of = (pick: (turn: Turn) => number) => median(turns.map(pick));
  return {
    perSecond: of((turn) => turn.perSecond),
    p50: of((turn) => turn.p50),
    p95: of((turn) => turn.p95),
    p99: of((turn) => turn.p99),
    cpuMs: of((turn) => turn.cpuMs),
    residentMb: of((turn) => turn.residentMb),
    generatorCores: of((turn) => turn.generatorCores),
  };
}

/** The middle of what the rounds give, each round by itself: a slow moment of the machine is in both sides of it. */
export function medianRatio(a: Compared, b: Compared, figure: (turn: Turn) => number): number {
  return median(
    a.turns.flatMap((turn, round) => {
      const other = b.turns[round];
      return other ? [figure(turn) / figure(other)] : [];
    }),
  );
}

export function median(numbers: number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = Number.NaN, high = low] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return (low + high) / 2;
}
