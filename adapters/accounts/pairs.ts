import { type Account, NAME_KINDS } from './store.ts';

/** Kind or field, and value. */
export type Pair = readonly [key: string, value: string];

/** The names that an account holds, in the order in which they are claimed. */
export function namesOf({ names }: Pick<Account, 'names'>): Pair[] {
  return NAME_KINDS.flatMap((kind): Pair[] => {
    const value = names[kind];
    return value === undefined ? [] : [[kind, value]];
  });
}

/** What a change adds to a set of pairs, and what it drops. */
export function difference(current: Pair[], next: Pair[]): { added: Pair[]; dropped: Pair[] } {
  const without = (pairs: Pair[], others: Pair[]) =>
    pairs.filter(([key, value]) => !others.some((other) => other[0] === key && other[1] === value));
  return { added: without(next, current), dropped: without(current, next) };
}
