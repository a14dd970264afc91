/** How a list becomes a range of an index, the same for every engine. */
import { readCursor, writeCursor } from '../databases/cursor.ts';
import { afterPrefix } from '../databases/text-order.ts';
import type { Pair } from './pairs.ts';
import { type Account, type AccountQuery, SEARCH_FIELDS } from './store.ts';

/** The index in which every account is, under its unique username. */
const ALL = 'all';

/** The index in which an account is once for each of its groups, under their keys. */
export const GROUP = 'group';

/** Every index, by the name of its field. */
export const INDEXES = [ALL, ...SEARCH_FIELDS, GROUP] as const;
export type Index = (typeof INDEXES)[number];

/** Under which value an account is found in which index; under several in that of its groups. */
export function indexed({
  names,
  search,
  groups = [],
}: Pick<Account, 'names' | 'search' | 'groups'>): Pair[] {
  const fields = SEARCH_FIELDS.flatMap((field): Pair[] => {
    const value = search[field];
    return value === undefined ? [] : [[field, value]];
  });
  return [[ALL, names.username], ...fields, ...groups.map(({ key }): Pair => [GROUP, key])];
}

/** The part of an index that a query reads, in the order of value and id. */
export interface SearchRange {
  index: Index;
  /** The first value. */
  from: string;
  /** Whether `from` is the only value. */
  exact: boolean;
  /** The first value that no longer belongs to it; absent when it goes to the end. */
  until?: string;
  /** Where the last page ended, when there was one. */
  after?: { value: string; id: string };
  /** The cursor for what follows an entry. */
  cursorAt(value: string, id: string): string;
}

/** Throws InvalidCursor. */
export function searchRange({ filter, cursor }: AccountQuery): SearchRange {
  const index = INDEXES.find((name) => name === (filter?.field ?? ALL));
  if (!index) throw new TypeError(`Accounts are not listed by ${filter?.field}`);
  const from = filter?.value ?? '';
  // Nothing lies between a text and the same text with one more U+0000.
  const exact = filter?.match === 'equals';
  const until = exact ? `${from}\u0000` : afterPrefix(from);
  const list = [index, filter?.match ?? '', from];
  const [value, id] = readCursor(list, 2, cursor) ?? [];
  return {
    index,
    from,
    exact,
    ...(until !== undefined && { until }),
    ...(value !== undefined && id !== undefined && { after: { value, id } }),
    cursorAt: (...end) => writeCursor(list, end),
  };
}
