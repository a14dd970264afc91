import { AlreadyExists } from '../errors.ts';
import { namesOf } from './pairs.ts';
import type { Account } from './store.ts';

/** How many are written at once: the way to the server costs more than what it does there. */
const AT_ONCE = 25;

/**
 * Creates accounts side by side, as if one after the other: those that want the same name, or have the same id, are
 * never on their way together.
 */
export async function createInRuns(
  accounts: readonly Account[],
  create: (account: Account) => Promise<void>,
): Promise<(AlreadyExists | undefined)[]> {
  const results: (AlreadyExists | undefined)[] = [];
  for (const run of runsOf(accounts)) results.push(...(await Promise.all(run.map(tryTo(create)))));
  return results;
}

function tryTo(create: (account: Account) => Promise<void>) {
  return (account: Account): Promise<AlreadyExists | undefined> =>
    create(account).then(
      () => undefined,
      (error: unknown) => {
        if (error instanceof AlreadyExists) return error;
        throw error;
      },
    );
}

function runsOf(accounts: readonly Account[]): Account[][] {
  const runs: Account[][] = [];
  let wanted = new Set<string>();
  for (const account of accounts) {
    const wants = [`id:${account.id}`, ...namesOf(account).map((name) => name.join(':'))];
    const current = runs.at(-1);
    if (!current || current.length >= AT_ONCE || wants.some((name) => wanted.has(name))) {
      runs.push([account]);
      wanted = new Set(wants);
    } else {
      current.push(account);
      for (const name of wants) wanted.add(name);
    }
  }
  return runs;
}
