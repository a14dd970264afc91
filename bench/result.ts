import type { Turn } from './contestant.ts';

/** What a row found. */
export interface Result {
  title: string;
  /** One line each in the row's table; none where nothing was done again and again. */
  lines: { name: string; turn: Turn }[];
  figures: Figure[];
}

export interface Figure {
  name: string;
  value: number;
  /** Nothing for a ratio. */
  unit?: 'ms' | 'MB';
  /** What it should be on a quiet machine. */
  goal?: { atLeast: number } | { atMost: number };
}

/** What shall cost no more than something else: two runs of the same thing differ by so much. */
export const SAME = { atMost: 1.05 } as const;

export interface Row {
  /** As it is named on the command line. */
  name: string;
  /** One line for the list of rows. */
  about: string;
  run(bench: import('./bench.ts').Bench): Promise<Result[]>;
}
