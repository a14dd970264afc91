/** The command line of `npm run bench`. */
import { parseArgs } from 'node:util';

export interface Options {
  /** Names of rows; none means all. */
  rows: string[];
  stores: 'embedded' | 'shared';
  /** Length of one turn. */
  seconds: number;
  /** Turns of each contestant. */
  rounds: number;
  /** Sign-ins after which memory is looked at. */
  signIns: number;
  /** Accounts of the larger pool. */
  accounts: number;
  /** Starts of each server. */
  starts: number;
}

export const USAGE = `Usage: npm run bench -- [row ...] [options]
  --stores embedded|shared   SQLite (default), or MongoDB and Redis
  --seconds <n>              length of a turn (default 3)
  --rounds <n>               turns of each contestant (default 5)
  --long                     1,000,000 accounts and 10,000 sign-ins instead of 50,000 and 1,000
  --soak                     100,000 sign-ins`;

/** @throws TypeError for an unknown option, RangeError for a wrong value */
export function readOptions(args: string[], rowNames: string[]): Options {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      stores: { type: 'string', default: 'embedded' },
      seconds: { type: 'string', default: '3' },
      rounds: { type: 'string', default: '5' },
      long: { type: 'boolean', default: false },
      soak: { type: 'boolean', default: false },
    },
  });
  const { stores, long, soak } = values;
  if (stores !== 'embedded' && stores !== 'shared') throw new RangeError(`There are no stores "${stores}"`);
  const unknown = positionals.find((name) => !rowNames.includes(name));
  if (unknown) throw new RangeError(`There is no row "${unknown}"; the rows are ${rowNames.join(', ')}`);
  return {
    rows: positionals,
    stores,
    seconds: positive('seconds', values.seconds),
    rounds: Math.ceil(positive('rounds', values.rounds)),
    signIns: soak ? 100_000 : long ? 10_000 : 1000,
    accounts: long ? 1_000_000 : 50_000,
    starts: 5,
  };
}

function positive(name: string, text: string): number {
  const number = Number(text);
  if (!(number > 0 && number < 3600)) throw new RangeError(`--${name} must be a number above 0`);
  return number;
}
