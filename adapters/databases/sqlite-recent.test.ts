import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { openSqlite } from './sqlite.ts';
import { openRecent } from './sqlite-recent.ts';

const path = join(temporaryFolder(), 'recent.sqlite');
const options = {
  store: 'recent',
  path,
  migrations: ['CREATE TABLE things (name TEXT)'],
  synchronous: 'NORMAL',
} as const;

test('what is remembered is gone once another connection has written, and not before', async () => {
  const [file, other] = [await openSqlite(options), await openSqlite(options)];
  const recent = openRecent<string>(file);
  assert.equal(recent.get('a'), undefined);
  recent.keep('a', 'one', 3);
  file.db.exec("INSERT INTO things VALUES ('here')");
  await turn();
  assert.equal(recent.get('a'), 'one');
  other.db.exec("INSERT INTO things VALUES ('there')");
  await turn();
  assert.equal(recent.get('a'), undefined);

  recent.keep('b', 'two', 3);
  recent.keep('c', 'three', 5);
  recent.forget('b');
  assert.deepEqual([recent.get('b'), recent.get('c')], [undefined, 'three']);
  recent.clear();
  assert.equal(recent.get('c'), undefined);
  await Promise.all([file.close(), other.close()]);
});

test('what another connection wrote is known in the next callback, also where both come in one turn of the event loop', async () => {
  const [file, other] = [await openSqlite(options), await openSqlite(options)];
  const recent = openRecent<string>(file);
  const [first, second] = [turn(), turn()];
  await first;
  recent.check();
  recent.keep('a', 'one', 3);
  other.db.exec("INSERT INTO things VALUES ('there')");
  await second;
  assert.equal(recent.get('a'), undefined);
  await Promise.all([file.close(), other.close()]);
});

test('what is remembered is bounded in number and size, and the oldest goes first', async () => {
  const file = await openSqlite(options);
  const recent = openRecent<string>(file);
  await turn();
  recent.get('whatever was written before is known now');
  recent.keep('large', 'x', 10_001);
  assert.equal(recent.get('large'), undefined);
  for (let n = 0; n < 2001; n++) recent.keep(`key ${n}`, 'x', 10_000);
  assert.equal(recent.get('key 0'), undefined);
  assert.equal(recent.get('key 1'), 'x');
  assert.equal(recent.get('key 2000'), 'x');
  await file.close();
});
