/** The command line of `npm run bench`. */
import { parseArgs } from 'node:util';

export interface Options {
  /** Names of rows; none means all. */
  rows: string[];
  stores: 'embedded' | 'shared';
  /** Foyer as it is published, compiled, or else from its sources. */
  built: boolean;
  /** How many visitors are at a server at the same time. */
  visitors: number;
  /** Length of one turn. */
  seconds: number;
  /** Turns of each contestant. */
  rounds: number;
  /** Operations that each process does before the first turn, beside two turns' time. */
  warmUp: number;
  /** Sign-ins after which memory is looked at. */
  signIns: number;
  /** Accounts of the larger pool. */
  accounts: number;
  /** Starts of each server. */
  starts: number;
}

export const USAGE = `Usage: npm run bench -- [row ...] [options]
  --stores embedded|shared   SQLite (default), or MongoDB and Redis
  --seconds <n>              length of a turn (default 1.25)
  --rounds <n>               turns of each contestant (default 5)
  --visitors <n>             at a server at the same time (default 8)
  --long                     1,000,000 accounts instead of 200,000
  --soak                     100,000 sign-ins instead of 10,000
  --quick                    1,000 sign-ins, 20,000 accounts, fewer turns
  --sources                  Foyer from its sources; otherwise it is built first
In the environment: BENCH_NODE_OPTIONS are options of Node for all servers, such as --cpu-prof.`;

/** @throws TypeError for an unknown option, RangeError for a wrong value */
export function readOptions(args: string[], rowNames: string[]): Options {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      stores: { type: 'string', default: 'embedded' },
      seconds: { type: 'string', default: '1.25' },
      rounds: { type: 'string' },
      visitors: { type: 'string', default: '8' },
      quick: { type: 'boolean', default: false },
      sources: { type: 'boolean', default: false },
      long: { type: 'boolean', default: false },
      soak: { type: 'boolean', default: false },
    },
  });
  const { stores, long, soak, quick, sources } = values;
  if (stores !== 'embedded' && stores !== 'shared') throw new RangeError(`There are no stores "${stores}"`);
  const unknown = positionals.find((name) => !rowNames.includes(name));
  if (unknown) throw new RangeError(`There is no row "${unknown}"; the rows are ${rowNames.join(', ')}`);
  return {
    rows: positionals,
    stores,
    built: !sources,
    visitors: Math.ceil(positive('visitors', values.visitors)),
    seconds: positive('seconds', values.seconds),
    rounds: Math.ceil(positive('rounds', values.rounds ?? (quick ? '2' : '5'))),
    warmUp: quick ? 0 : 1000,
    signIns: soak ? 100_000 : quick ? 1000 : 10_000,
    accounts: long ? 1_000_000 : quick ? 20_000 : 200_000,
    starts: quick ? 2 : 5,
  };
}

function positive(name: string, text: string): number {
  const number = Number(text);
  if (!(number > 0 && number < 3600)) throw new RangeError(`--${name} must be a number above 0`);
  return number;
}
