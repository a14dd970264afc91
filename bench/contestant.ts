/** Who takes part in a comparison, and what one turn of it gives. */

/** How much to do: for a time, or a number of operations in all. */
export type Amount = { seconds: number } | { operations: number };

/** What a load generator saw. */
export interface Load {
  operations: number;
  seconds: number;
  /** Of one operation, in milliseconds. */
  latency: { p50: number; p95: number; p99: number };
  /** What generating the load cost its own process, in milliseconds of CPU. */
  ownCpuMs: number;
}

export interface Contestant {
  name: string;
  /** The processes whose cost counts. */
  pids: number[];
  load(amount: Amount): Promise<Load>;
}

/** One turn of a contestant, or the median of several. */
export interface Turn {
  perSecond: number;
  p50: number;
  p95: number;
  p99: number;
  /** Of its processes, user and system, in milliseconds for each operation. */
  cpuMs: number;
  /** Of its processes together, in megabytes, when the turn ended. */
  residentMb: number;
  /** How much of one core the load generator took. */
  generatorCores: number;
}
