import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { NewerSchema, Unavailable } from '../errors.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { openSqlite } from './sqlite.ts';

const folder = temporaryFolder();
let files = 0;
const newPath = () => join(folder, `${files++}.sqlite`);
const open = (path: string, ...migrations: string[]) =>
  openSqlite({ store: 'accounts', path, migrations, synchronous: 'FULL' });

const ONE = 'CREATE TABLE people (name TEXT NOT NULL)';
const TWO = "ALTER TABLE people ADD COLUMN city TEXT NOT NULL DEFAULT ''";
const THREE = "UPDATE people SET city = 'Lima'";

test('an older schema is upgraded, step by step, and its data kept', async () => {
  const path = newPath();
  const old = await open(path, ONE);
  old.db.exec("INSERT INTO people VALUES ('Mia')");
  await old.close();
  const upgraded = await open(path, ONE, TWO, THREE);
  assert.deepEqual({ ...upgraded.db.prepare('SELECT * FROM people').get() }, { name: 'Mia', city: 'Lima' });
  await upgraded.close();
  const again = await open(path, ONE, TWO, THREE);
  assert.equal(again.db.prepare('SELECT count(*) AS n FROM people').get()?.['n'], 1);
  await again.close();
});

test('when a step fails, the file stays as it was', async () => {
  const path = newPath();
  await (await open(path, ONE)).close();
  await assert.rejects(open(path, ONE, TWO, 'ALTER TABLE nobody ADD COLUMN x'), /nobody/);
  const old = await open(path, ONE);
  assert.throws(() => old.db.prepare('SELECT city FROM people'), /city/);
  await old.close();
});

test('a newer schema is refused with both versions named, and not touched', async () => {
  const path = newPath();
  await (await open(path, ONE, TWO)).close();
  await assert.rejects(open(path, ONE), (error) => {
    assert.ok(error instanceof NewerSchema);
    assert.match(error.message, /accounts.*version 2.*up to 1\b/);
    return true;
  });
  await (await open(path, ONE, TWO)).close();
});

test('a write that waits too long for another process is Unavailable, and the next one succeeds', async () => {
  const path = newPath();
  const file = await open(path, ONE);
  const other = new DatabaseSync(path);
  other.exec('BEGIN IMMEDIATE');
  const write = () => file.transaction(() => file.db.exec("INSERT INTO people VALUES ('Mia')"));
  await assert.rejects(write(), (error) => {
    assert.ok(error instanceof Unavailable);
    assert.equal(error.store, 'accounts');
    assert.match(String(error.cause), /locked/);
    return true;
  });
  await assert.rejects(file.ping(), Unavailable);
  other.exec('ROLLBACK');
  await write();
  await file.ping();
  assert.equal(file.db.prepare('SELECT count(*) AS n FROM people').get()?.['n'], 1);
  other.close();
  await file.close();
});

test('a transaction that throws leaves nothing, and the error reaches the caller', async () => {
  const file = await open(':memory:', ONE);
  const fault = new Error('no');
  const work = () => {
    file.db.exec("INSERT INTO people VALUES ('Mia')");
    throw fault;
  };
  await assert.rejects(file.transaction(work), (error) => error === fault);
  assert.equal(file.db.prepare('SELECT count(*) AS n FROM people').get()?.['n'], 0);
  await file.close();
});

test('a step that need not be flushed changes nothing for the next one', async () => {
  const file = await open(newPath(), ONE);
  const synchronous = () => file.db.prepare('PRAGMA synchronous').get()?.['synchronous'];
  const [normal, full] = [1, 2];
  assert.equal(await file.transaction(synchronous, { flush: false }), normal);
  assert.equal(await file.transaction(synchronous), full);
  const fault = () => {
    throw new Error('no');
  };
  await assert.rejects(file.transaction(fault, { flush: false }), /no/);
  assert.equal(await file.transaction(synchronous), full);
  await file.close();
});

test('a file that is no database, a path that is none and a closed file are Unavailable', async () => {
  const path = newPath();
  writeFileSync(path, 'something else entirely, and long enough to be looked at'.repeat(100));
  await assert.rejects(open(path, ONE), Unavailable);
  await assert.rejects(open(join(folder, 'nowhere', 'x.sqlite'), ONE), Unavailable);
  const file = await open(':memory:', ONE);
  await file.close();
  await file.close();
  await assert.rejects(file.ping(), Unavailable);
});
