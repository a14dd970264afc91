import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { accountsContract } from './contract.ts';
import { openSqliteAccounts } from './sqlite.ts';
import { READ_ENTRIES, READ_PAGE } from './sqlite-list.ts';

const folder = temporaryFolder();

accountsContract('SQLite', () => openSqliteAccounts({ path: join(folder, 'accounts.sqlite') }));

test('a page is read from one range of an index and sorted by nobody', async () => {
  const path = join(folder, 'plan.sqlite');
  await (await openSqliteAccounts({ path })).close();
  const db = new DatabaseSync(path, { readOnly: true });
  const planOf = (statement: string) =>
    db
      .prepare(`EXPLAIN QUERY PLAN ${statement}`)
      .all('p', 'f', 'v', 'i', 'w', 61)
      .map(({ detail }) => String(detail));
  const [page, entries] = [planOf(READ_PAGE), planOf(READ_ENTRIES)];
  db.close();
  const [range, account, ...more] = page;
  assert.match(
    range ?? '',
    /^SEARCH search USING PRIMARY KEY \(pool=\? AND field=\? AND \(value,id\)>\(\?,\?\) AND value<\?\)$/,
  );
  assert.match(account ?? '', /^SEARCH accounts USING INDEX \S+ \(pool=\? AND id=\?\)$/);
  assert.deepEqual(more, []);
  assert.deepEqual(entries, [range]);
});
