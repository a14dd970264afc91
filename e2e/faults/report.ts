import { appendFileSync } from 'node:fs';

/** How often each kind of fault happens in one run of its test: a few times in CI, twenty for `npm run faults`. */
export const rounds = (inCi: number) => Number(process.env.FAULT_ROUNDS || inCi);

/** What came of all rounds of one kind of fault: a row of the table that `npm run faults` prints. */
export interface Row {
  /** What died. */
  fault: string;
  /** Where accounts and sessions were kept. */
  stores: string;
  rounds: number;
  /** Accounts whose sign-up was acknowledged. */
  accounts: number;
  /** Codes and tokens that were tried again. */
  tried: number;
  /** Undefined where the store that died promises nothing about a death. */
  lost?: number;
  usedTwice: number;
  /** The longest time to a clear error while it was away, in milliseconds; undefined when nobody could answer. */
  errorMs?: number;
  /** The longest time from its return to the first success, in milliseconds. */
  recoveryMs: number;
}

export function record(row: Row): void {
  const file = process.env.FAULT_REPORT;
  if (file) appendFileSync(file, `${JSON.stringify(row)}\n`);
}

/** The stores of this run of a test file, when it does not bring its own. */
export const storesOfRun = () => (process.env.FOYER_TEST_STORES === 'shared' ? 'MongoDB, Redis' : 'SQLite');
