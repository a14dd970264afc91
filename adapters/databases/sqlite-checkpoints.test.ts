import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { openSqlite } from './sqlite.ts';

const folder = temporaryFolder();
const VALUE = 'x'.repeat(3000);

async function openBusy(name: string) {
  const path = join(folder, name);
  const migrations = ['CREATE TABLE things (value TEXT)'];
  const file = await openSqlite({ store: 'things', path, migrations, synchronous: 'NORMAL', busy: true });
  const insert = file.db.prepare('INSERT INTO things VALUES (?)');
  return { path, file, add: () => file.write(() => void insert.run(VALUE)) };
}

test('what is written all the time reaches the file beside the commits', async () => {
  const { path, file, add } = await openBusy('busy.sqlite');
  for (let n = 0; n < 600; n++) await add();
  // Far from what a commit would move: only the thread can have done it.
  const observer = new DatabaseSync(path);
  const moved = () => {
    const [row] = observer.prepare('PRAGMA wal_checkpoint(NOOP)').all();
    return Number(row?.['checkpointed']);
  };
  while (moved() < 300) await turn();
  observer.close();
  await file.close();
  const again = new DatabaseSync(path);
  assert.equal(again.prepare('SELECT count(*) AS n FROM things').get()?.['n'], 600);
  again.close();
});

test('a file is closed whether its thread has begun or not', async () => {
  const { file, add } = await openBusy('closed-at-once.sqlite');
  for (let n = 0; n < 300; n++) await add();
  await file.close();
  await assert.rejects(add(), { name: 'Unavailable' });
});
