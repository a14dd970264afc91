import type { Account } from '#adapters/accounts/store.ts';
import { AlreadyExists } from '#adapters/errors.ts';
import { createAccounts, nameConflict } from '../accounts/write-account.ts';
import { Refusal } from '../errors.ts';
import type { Pool } from '../pool.ts';
import type { Line } from './file/read-lines.ts';
import { type ReadUser, readUser, type UserRules } from './file/read-user.ts';
import { splitLine } from './file/split-line.ts';

/** What became of a line. `text` is for the log: it holds nothing of the line. */
export interface Outcome {
  line: number;
  result: 'imported' | 'skipped' | 'failed';
  text: string;
}

/**
 * Makes accounts of lines, in their order; one that fails or is skipped does not hold up the others. Doing it again
 * with the same lines and ids gives the same outcomes.
 * @param idOf the id of the account that a line becomes
 */
export async function importUsers(
  pool: Pick<Pool, 'accounts' | 'settings' | 'clock'>,
  rules: UserRules,
  lines: readonly Line[],
  idOf: (line: number) => string,
): Promise<Outcome[]> {
  const read = lines.map((line) => attempt(line, rules, idOf(line.number)));
  const users = read.filter((user): user is ReadUser => !(user instanceof Refusal));
  const made = (await createAccounts(pool, users)).values();
  const outcomes: Outcome[] = [];
  for (const [index, { number: line }] of lines.entries()) {
    const user = read[index];
    if (user === undefined || user instanceof Refusal)
      outcomes.push({ line, result: 'failed', text: user?.message ?? '' });
    else outcomes.push({ line, ...(await outcomeOf(pool, user, made.next().value)) });
  }
  return outcomes;
}

function attempt(line: Line, rules: UserRules, id: string): ReadUser | Refusal {
  try {
    return readUser(rules, splitLine(line.text), id);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

const IMPORTED = { result: 'imported', text: 'The import succeeded.' } as const;
const SKIPPED = { result: 'skipped', text: 'The user already exists.' } as const;

async function outcomeOf(
  { accounts, settings }: Pick<Pool, 'accounts' | 'settings'>,
  { id }: ReadUser,
  made: Account | AlreadyExists | undefined,
): Promise<Omit<Outcome, 'line'>> {
  if (!(made instanceof AlreadyExists)) return IMPORTED;
  // It is there because this line was worked on before: nobody else knows its id.
  if (await accounts.find(id)) return IMPORTED;
  const kind = nameConflict(made)?.kind;
  // Where contacts are the usernames, whoever has the contact is the user.
  if (kind === 'username' || settings.UsernameAttributes.length > 0) return SKIPPED;
  return { result: 'failed', text: `An account with the given ${kind} already exists.` };
}
