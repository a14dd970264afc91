import type { Collection, Filter, Sort } from 'mongodb';
import type { Mongo } from '../databases/mongo.ts';
import { readRecord } from '../databases/record-text.ts';
import { sortable } from '../databases/text-order.ts';
import type { AccountDocument } from './mongo.ts';
import { type Index, indexed, searchRange } from './search.ts';
import type { Account, AccountPage, AccountQuery } from './store.ts';

export const indexName = (index: Index) => `by_${index}`;

/**
 * A page of a pool's accounts. What follows a cursor is read by two queries, the rest of the same value and then
 * the values after it: each is one range of one index, which is named so that the server has nothing to choose.
 * Where only one value is asked for, the order is that of the ids alone: an index of lists, as that of groups, can
 * give no other.
 */
export async function listAccounts(
  accounts: Collection<AccountDocument>,
  run: Mongo['run'],
  pool: string,
  key: (id: string) => string,
  query: AccountQuery,
): Promise<AccountPage> {
  const { index, from, exact, until, after, cursorAt } = searchRange(query);
  const field = `search.${index}`;
  const end = until !== undefined && { $lt: sortable(until) };
  const following = after && { _id: { $gt: key(after.id) } };
  const ranges: Filter<AccountDocument>[] = exact
    ? [{ [field]: sortable(from), ...following }]
    : after
      ? [
          { [field]: sortable(after.value), ...following },
          { [field]: { $gt: sortable(after.value), ...end } },
        ]
      : [{ [field]: { $gte: sortable(from), ...end } }];
  const order: Sort = exact ? { _id: 1 } : { [field]: 1, _id: 1 };

  const found: AccountDocument[] = [];
  for (const range of ranges) {
    const wanted = query.limit + 1 - found.length;
    if (wanted <= 0) break;
    const cursor = () =>
      accounts.find({ pool, ...range }, { sort: order, limit: wanted, hint: indexName(index) });
    found.push(...(await run(() => cursor().toArray())));
  }

  const page = found.slice(0, query.limit);
  const last = found.length > query.limit ? page.at(-1) : undefined;
  return {
    items: page.map((document) => readRecord<Account>(document.account)),
    ...(last && { cursor: cursorAt(exact ? from : valueIn(last, index), last.id) }),
  };
}

/** As the account has it: the document's own copy is in the form in which it is sorted. */
function valueIn({ account }: AccountDocument, index: string): string {
  return indexed(readRecord<Account>(account)).find(([name]) => name === index)?.[1] ?? '';
}
