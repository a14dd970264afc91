import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { directoryContract } from './contract.ts';
import { openSqliteDirectory } from './sqlite.ts';

const folder = temporaryFolder();

directoryContract('SQLite', (clock) =>
  openSqliteDirectory({ path: join(folder, 'directory.sqlite'), clock }),
);

test('a record that was read before is as the file is now, whoever wrote it', async () => {
  const options = { path: join(folder, 'remembered.sqlite'), clock: { now: () => 1_790_000_000_000 } };
  const [one, other] = [await openSqliteDirectory(options), await openSqliteDirectory(options)];
  const [mine, theirs] = [one.forPool('p'), other.forPool('p')];
  const idp = (name: string) => ({ domain: name }) as never;
  const seen = async () => {
    await turn();
    const [here, anywhere] = [await mine.find('domain', 'd'), await one.find('domain', 'd')];
    assert.deepEqual(here, anywhere);
    return here && (here.record as object as { domain: string }).domain;
  };
  assert.equal(await seen(), undefined);
  await theirs.create('domain', 'd', idp('theirs'));
  assert.equal(await seen(), 'theirs');
  assert.equal(await seen(), 'theirs');
  await mine.update('domain', 'd', () => idp('mine'));
  assert.equal(await seen(), 'mine');
  await theirs.update('domain', 'd', () => idp('theirs again'));
  assert.equal(await seen(), 'theirs again');
  assert.equal(await one.forPool('q').find('domain', 'd'), undefined, 'another pool has none of it');
  await theirs.remove('domain', 'd');
  assert.equal(await seen(), undefined);
  await theirs.create('domain', 'd', idp('anew'));
  assert.equal(await seen(), 'anew');
  await mine.remove('domain', 'd');
  assert.equal(await seen(), undefined);
  await Promise.all([one.close(), other.close()]);
});

test('nobody can change what others are given, too', async () => {
  const clock = { now: () => 1_790_000_000_000 };
  const directory = await openSqliteDirectory({ path: ':memory:', clock });
  const pool = directory.forPool('p');
  await pool.create('domain', 'd', { nested: { list: [1] } } as never);
  await pool.find('domain', 'd');
  const found = (await pool.find('domain', 'd'))?.record as object as { nested: { list: number[] } };
  assert.throws(() => found.nested.list.push(2), TypeError);
  await directory.close();
});
