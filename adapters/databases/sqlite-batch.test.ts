import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { Unavailable } from '../errors.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { openSqlite, type Sqlite } from './sqlite.ts';

const folder = temporaryFolder();
let files = 0;

async function stage() {
  const path = join(folder, `${files++}.sqlite`);
  const undone: string[] = [];
  const file = await openSqlite({
    store: 'sessions',
    path,
    migrations: ['CREATE TABLE people (name TEXT NOT NULL UNIQUE)'],
    synchronous: 'NORMAL',
    undone: () => undone.push('undone'),
  });
  const other = new DatabaseSync(path);
  other.exec('PRAGMA busy_timeout = 0');
  const names = () =>
    other
      .prepare('SELECT name FROM people ORDER BY rowid')
      .all()
      .map(({ name }) => name);
  const close = async () => {
    other.close();
    await file.close();
  };
  return { file, other, undone, names, close };
}

const add = (file: Sqlite, name: string) =>
  file.write(() => file.db.prepare('INSERT INTO people VALUES (?) RETURNING name').get(name)?.['name']);

test('writes of one turn are committed together, in their order, and each is told its own result', async () => {
  const { file, other, names, close } = await stage();
  const pagesInLog = () => Number(other.prepare('PRAGMA wal_checkpoint(PASSIVE)').get()?.['log']);
  const before = pagesInLog();
  const many = Array.from({ length: 40 }, (_, n) => `person ${n}`);
  assert.deepEqual(await Promise.all(many.map((name) => add(file, name))), many);
  assert.deepEqual(names(), many);
  // One by one each would write the pages of the table and of its index anew.
  assert.ok(pagesInLog() - before < 20, `${pagesInLog() - before} pages for 40 writes`);
  await close();
});

test('nobody is told before the commit: whoever is told finds it in another connection', async () => {
  const { file, names, close } = await stage();
  const told: unknown[][] = [];
  await Promise.all(['a', 'b', 'c'].map(async (name) => add(file, name).then(() => told.push(names()))));
  assert.deepEqual(told, Array(3).fill(['a', 'b', 'c']));
  await close();
});

test('a write that fails takes nothing of the others with it', async () => {
  const { file, names, undone, close } = await stage();
  const fault = new Error('no');
  const outcomes = await Promise.allSettled([
    add(file, 'a'),
    add(file, 'a'),
    file.write(() => {
      throw fault;
    }),
    add(file, 'b'),
  ]);
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'rejected', 'rejected', 'fulfilled'],
  );
  assert.equal(outcomes[2]?.status === 'rejected' && outcomes[2].reason, fault);
  assert.deepEqual(names(), ['a', 'b']);
  assert.deepEqual(undone, []);
  await close();
});

test('what cannot be committed is told to all, and so is that it was undone', async () => {
  const { file, other, names, undone, close } = await stage();
  const toldAll = async (writes: Promise<unknown>[]) => {
    for (const outcome of await Promise.allSettled(writes)) {
      assert.equal(outcome.status, 'rejected');
      assert.ok(outcome.reason instanceof Unavailable, String(outcome.reason));
    }
  };
  other.exec('BEGIN IMMEDIATE');
  await toldAll([add(file, 'a'), add(file, 'b')]);
  other.exec('ROLLBACK');
  assert.deepEqual(undone, ['undone']);

  // As the engine does when the disk is full: it takes back the whole transaction, also what was written before.
  const full = () =>
    file.write(() => {
      file.db.exec('ROLLBACK');
      throw Object.assign(new Error('database or disk is full'), { errcode: 13 });
    });
  await toldAll([add(file, 'a'), full(), add(file, 'b')]);
  assert.deepEqual(undone, ['undone', 'undone']);
  assert.deepEqual(names(), []);
  await Promise.all([add(file, 'c'), add(file, 'd')]);
  assert.deepEqual(names(), ['c', 'd']);
  await close();
});

test('close commits what waits; later writes are Unavailable, alone and together', async () => {
  const { file, names, other } = await stage();
  const waits = [add(file, 'a'), add(file, 'b')];
  await file.close();
  await Promise.all(waits);
  assert.deepEqual(names(), ['a', 'b']);
  await assert.rejects(add(file, 'c'), Unavailable);
  for (const outcome of await Promise.allSettled([add(file, 'd'), add(file, 'e')])) {
    assert.ok(outcome.status === 'rejected' && outcome.reason instanceof Unavailable);
  }
  other.close();
});
