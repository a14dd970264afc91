import { Refusal } from '../../errors.ts';
import type { Turn } from './take-turn.ts';

/** Gives a turn back when what was guessed was right, or when there was no room to look at it. */
export async function onlyWrongCounts<T extends { matches: boolean }>(
  turn: Turn,
  check: () => Promise<T>,
): Promise<T> {
  const result = await check().catch(async (error: unknown) => {
    if (error instanceof Refusal && error.reason === 'busy') await turn.giveBack();
    throw error;
  });
  if (result.matches) await turn.giveBack();
  return result;
}
