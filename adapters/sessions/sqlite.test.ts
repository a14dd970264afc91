import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { mock, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { sessionsContract } from './contract.ts';
import { openSqliteSessions } from './sqlite.ts';

const folder = temporaryFolder();

sessionsContract('SQLite', (clock) => openSqliteSessions({ path: join(folder, 'sessions.sqlite'), clock }));

test('expired rows are removed now and then, in small batches, and never those that live', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  const path = join(folder, 'swept.sqlite');
  let now = 1_790_000_000_000;
  const stores = await openSqliteSessions({ path, clock: { now: () => now } });
  const store = stores.forPool('p');
  for (let n = 0; n < 1200; n++) await store.put('code', `dead ${n}`, {}, now + 1000);
  for (let n = 0; n < 10; n++) await store.count('wrong', `dead ${n}`, 1000);
  await store.put('code', 'alive', {}, now + 3_600_000);
  await store.put('code', 'just expired', {}, now + 5_000);
  await store.count('wrong', 'alive', 3_600_000);

  const file = new DatabaseSync(path, { readOnly: true });
  const rows = (table: string) => Number(file.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n']);
  const after = async (ms: number) => {
    mock.timers.tick(ms);
    await turn();
    return rows('records');
  };
  now += 61_001;
  assert.equal(await after(29_999), 1202, 'not before half a minute has passed');
  assert.equal(await after(1), 702, 'a batch');
  assert.equal(await after(49), 702);
  assert.equal(await after(1), 202, 'the next one soon after');
  assert.equal(await after(50), 2);
  assert.equal(rows('counters'), 1);
  assert.equal(await after(50), 2);
  now += 60_000;
  assert.equal(await after(30_000), 1);
  assert.deepEqual(await store.find('code', 'alive'), {});

  await store.put('code', 'left', {}, now - 100_000);
  await stores.close();
  assert.equal(await after(60_000), 2, 'close stops it');
  file.close();
  mock.timers.reset();
});

test('a record that was read or written before is as the file is now, whoever wrote it', async () => {
  const path = join(folder, 'shared.sqlite');
  let now = 1_790_000_000_000;
  const open = () => openSqliteSessions({ path, clock: { now: () => now } });
  const [one, other] = [await open(), await open()];
  const [here, there] = [one.forPool('p'), other.forPool('p')];
  const end = now + 60_000;

  await here.put('grant', 'a', { by: 'here' }, end);
  await there.put('grant', 'a', { by: 'there' }, end);
  await turn();
  assert.deepEqual(await here.find('grant', 'a'), { by: 'there' });
  await there.update('grant', 'a', (current) => ({ ...current, again: true }));
  assert.deepEqual(await here.update('grant', 'a', (current: object) => ({ ...current, last: 'here' })), {
    by: 'there',
    again: true,
    last: 'here',
  });
  await there.remove('grant', 'a');
  await turn();
  assert.equal(await here.find('grant', 'a'), undefined);
  await assert.rejects(
    here.update('grant', 'a', (current) => current),
    { name: 'Missing' },
  );

  await here.create('code', 'b', { n: 1 }, end);
  assert.deepEqual(await there.take('code', 'b'), { n: 1 });
  await turn();
  assert.equal(await here.take('code', 'b'), undefined);
  assert.equal(await here.find('code', 'b'), undefined);

  await here.put('code', 'c', { large: 'x'.repeat(20_000), text: '\ud800' }, end);
  const copy = await here.find<{ text: string }>('code', 'c');
  if (copy) copy.text = 'changed by whoever read it';
  assert.equal((await here.find<{ text: string }>('code', 'c'))?.text, '\ud800');
  now = end;
  assert.equal(await here.find('code', 'c'), undefined, 'what is remembered expires as well');
  await Promise.all([one.close(), other.close()]);
});
