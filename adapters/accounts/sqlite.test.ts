import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { accountsContract } from './contract.ts';
import { openSqliteAccounts, READ_PAGE } from './sqlite.ts';

const folder = temporaryFolder();

accountsContract('SQLite', () => openSqliteAccounts({ path: join(folder, 'accounts.sqlite') }));

test('a page is read from one range of an index and sorted by nobody', async () => {
  const path = join(folder, 'plan.sqlite');
  await (await openSqliteAccounts({ path })).close();
  const db = new DatabaseSync(path, { readOnly: true });
  const plan = db.prepare(`EXPLAIN QUERY PLAN ${READ_PAGE}`).all('p', 'f', 'v', 'i', 'w', 61);
  db.close();
  const [range, account, ...more] = plan.map(({ detail }) => String(detail));
  assert.match(
    range ?? '',
    /^SEARCH search USING PRIMARY KEY \(pool=\? AND field=\? AND \(value,id\)>\(\?,\?\) AND value<\?\)$/,
  );
  assert.match(account ?? '', /^SEARCH accounts USING INDEX \S+ \(pool=\? AND id=\?\)$/);
  assert.deepEqual(more, []);
});
