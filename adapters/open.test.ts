import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import { Redis } from 'ioredis';
import { NewerSchema, StoreError, Unavailable } from './errors.ts';
import { openStores } from './open.ts';
import { mongoDatabase } from './testing/mongo-database.ts';
import { serviceAddress } from './testing/service-address.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';
import { testAccount } from './testing/test-account.ts';

const clock = { now: () => Date.now() };
const folder = temporaryFolder();
const mongodb = mongoDatabase();
const newFolder = () => join(folder, randomUUID(), 'data');

test('a data folder is made for its owner alone, and what is written is there after closing and opening', async () => {
  const dataFolder = newFolder();
  const stores = await openStores({ dataFolder, clock });
  assert.equal(statSync(dataFolder).mode & 0o777, 0o700);
  const mia = testAccount({ username: 'mia' });
  await stores.accounts.forPool('p').create(mia);
  await stores.directory.forPool('p').create('resource-server', 'api', { name: 'API', scopes: [] });
  await stores.sessions.forPool('p').put('code', 'one', { n: 1 }, clock.now() + 60_000);
  await stores.close();

  const again = await openStores({ dataFolder, clock });
  assert.deepEqual(await again.accounts.forPool('p').findByName('username', 'mia'), mia);
  assert.equal((await again.directory.forPool('p').find('resource-server', 'api'))?.record.name, 'API');
  assert.deepEqual(await again.sessions.forPool('p').find('code', 'one'), { n: 1 });
  await again.close();
  await again.close();
  await assert.rejects(again.accounts.forPool('p').find(mia.id), Unavailable);
});

test('with addresses of MongoDB and Redis everything is kept there, and no folder is made', async () => {
  const dataFolder = newFolder();
  const servers = {
    mongodbUrl: mongodb.url,
    mongodbDatabase: mongodb.database,
    redisUrl: serviceAddress('REDIS_URL'),
    redisPrefix: mongodb.database,
  };
  const stores = await openStores({ dataFolder, ...servers, clock });
  const mia = testAccount({ username: 'mia' });
  await stores.accounts.forPool('p').create(mia);
  await stores.directory.forPool('p').create('resource-server', 'api', { name: 'API', scopes: [] });
  await stores.sessions.forPool('p').put('code', 'one', { n: 1 }, clock.now() + 60_000);
  await stores.close();
  assert.ok(!existsSync(dataFolder));
  for (const [name, count] of [
    ['accounts', 1],
    ['account_names', 1],
    ['directory', 1],
  ] as const) {
    assert.equal(await mongodb.db.collection(name).countDocuments(), count);
  }
  const redis = new Redis(servers.redisUrl);
  const keys = await redis.keys(`${servers.redisPrefix}:*`);
  assert.deepEqual(keys.sort(), [`${servers.redisPrefix}:r:{p:code:one}`, `${servers.redisPrefix}:schema`]);
  await redis.del(keys);
  redis.disconnect();
});

test('stores in memory share nothing and leave nothing', async () => {
  const [one, two] = [
    await openStores({ dataFolder: ':memory:', clock }),
    await openStores({ dataFolder: ':memory:', clock }),
  ];
  await one.sessions.forPool('p').put('code', 'one', {}, clock.now() + 60_000);
  assert.equal(await two.sessions.forPool('p').find('code', 'one'), undefined);
  assert.ok(!existsSync(':memory:'));
  for (const stores of [one, two]) {
    for (const store of [stores.accounts, stores.directory, stores.sessions]) await store.ping();
    await stores.close();
  }
});

test('a data folder that cannot be made or written is named in the error', async () => {
  const file = join(folder, 'a-file');
  writeFileSync(file, '');
  for (const dataFolder of [file, join(file, 'data')]) {
    await assert.rejects(openStores({ dataFolder, clock }), (error) => {
      assert.ok(error instanceof StoreError);
      assert.ok(error.message.includes(dataFolder), error.message);
      return true;
    });
  }
});

test('addresses that are none are refused without repeating a password', async () => {
  const wrong = [
    { redisUrl: 'redis://user:hunter2@host:port', mongodbUrl: undefined },
    { mongodbUrl: 'mongodb://user:hunter2@host:port/', redisUrl: undefined },
    { mongodbUrl: 'mongodb://user:hunter2@/', redisUrl: undefined },
  ];
  for (const urls of wrong) {
    await assert.rejects(openStores({ dataFolder: newFolder(), ...urls, clock }), (error) => {
      assert.ok(error instanceof StoreError, String(error));
      assert.match(error.message, /settings/);
      assert.doesNotMatch(error.message, /hunter2/);
      return true;
    });
  }
});

test('when one store cannot be opened none is, and the error is that one', async () => {
  const dataFolder = newFolder();
  await (await openStores({ dataFolder, clock })).close();
  const sessions = new DatabaseSync(join(dataFolder, 'sessions.sqlite'));
  sessions.exec('PRAGMA user_version = 99');
  await assert.rejects(openStores({ dataFolder, clock }), NewerSchema);
  // A file that is still open in write-ahead mode keeps its log beside it.
  assert.ok(!existsSync(join(dataFolder, 'accounts.sqlite-wal')));
  assert.ok(!existsSync(join(dataFolder, 'directory.sqlite-wal')));
  sessions.exec('PRAGMA user_version = 1');
  sessions.close();
  await (await openStores({ dataFolder, clock })).close();
});

describe('several processes', { timeout: 180_000 }, () => {
  const script = join(import.meta.dirname, 'testing', 'another-process.ts');
  const command = (...args: string[]) => [process.execPath, script, ...args];
  const start = (task: string, dataFolder: string) =>
    follow(spawn(process.execPath, [script, task, dataFolder]));

  test('start at once in a new folder, and again', async () => {
    const dataFolder = newFolder();
    for (let round = 0; round < 2; round++) {
      const processes = Array.from({ length: 5 }, () => start('open', dataFolder));
      for (const { ended } of processes) assert.deepEqual(await ended, ['opened']);
    }
  });

  test('compete: each record is taken, each name held, each number counted once', async () => {
    const dataFolder = newFolder();
    const stores = await openStores({ dataFolder, clock });
    const sessions = stores.sessions.forPool('eu-central-1_Processes');
    for (let n = 0; n < 200; n++) await sessions.put('code', `c${n}`, { n }, clock.now() + 3_600_000);
    await sessions.put('grant', 'one', { n: 0 }, clock.now() + 3_600_000);
    const processes = Array.from({ length: 3 }, () => start('compete', dataFolder));
    const lines = (await Promise.all(processes.map(({ ended }) => ended))).flat();
    const numbers = (word: string) =>
      lines
        .filter((line) => line.startsWith(`${word} `))
        .map((line) => Number(line.split(' ')[1]))
        .sort((a, b) => a - b);
    const upTo = (count: number, from = 0) => Array.from({ length: count }, (_, index) => index + from);
    assert.deepEqual(numbers('took'), upTo(200));
    assert.deepEqual(numbers('claimed'), upTo(200));
    assert.deepEqual(numbers('counted'), upTo(600, 1));
    assert.deepEqual(await sessions.find('grant', 'one'), { n: 600 });
    assert.equal(await stores.accounts.forPool('eu-central-1_Processes').estimate(), 200);
    await stores.close();
  });

  test('a process that is killed loses nothing that it acknowledged', async () => {
    const dataFolder = newFolder();
    const { child, ended, atLeast } = start('write', dataFolder);
    await atLeast(300);
    child.kill('SIGKILL');
    const lines = await ended;
    assert.ok(lines.length >= 300);
    await everythingIsThere(dataFolder, lines);
  });

  test('a full disk: what was acknowledged is there, what was not is Unavailable, and room makes all well', async () => {
    const dataFolder = newFolder();
    await (await openStores({ dataFolder, clock })).close();
    // No file may grow beyond ten megabytes: to the process it is as if the disk were full.
    const limited = ['-c', 'ulimit -f 20480; exec "$@"', 'limited', ...command('write', dataFolder)];
    const lines = await follow(spawn('/bin/sh', limited)).ended;
    assert.equal(lines.at(-1), 'read');
    assert.match(lines.at(-2) ?? '', /^unavailable (accounts|sessions) true$/);
    assert.ok(lines.length > 1000);
    await everythingIsThere(dataFolder, lines);
  });

  test('a full disk: nothing is taken that stays there, and nothing counted that is forgotten', async () => {
    const dataFolder = newFolder();
    await (await openStores({ dataFolder, clock })).close();
    const limited = ['-c', 'ulimit -f 2048; exec "$@"', 'limited', ...command('fill', dataFolder)];
    const lines = await follow(spawn('/bin/sh', limited)).ended;
    const of = (start: string) => lines.filter((line) => line.startsWith(start)).length;
    assert.equal(lines[0], 'full');
    assert.ok(of('take unavailable') >= 2, lines.join());
    assert.ok(of('count unavailable') >= 2, lines.join());
    const stores = await openStores({ dataFolder, clock });
    const sessions = stores.sessions.forPool('eu-central-1_Processes');
    assert.equal(await sessions.counted('wrong', 'one'), of('count done'));
    assert.equal((await sessions.take('code', 'c0')) ? 0 : 1, of('take done'));
    await stores.close();
  });

  async function everythingIsThere(dataFolder: string, lines: string[]): Promise<void> {
    const stores = await openStores({ dataFolder, clock });
    const accounts = stores.accounts.forPool('eu-central-1_Processes');
    const sessions = stores.sessions.forPool('eu-central-1_Processes');
    for (const line of lines) {
      const [word, id = ''] = line.split(' ');
      if (word === 'account') assert.equal((await accounts.findByName('email', `${id}@example.com`))?.id, id);
      if (word === 'session') assert.equal((await sessions.find<{ id: string }>('code', id))?.id, id);
      assert.notEqual(word, 'lost');
    }
    await accounts.create(testAccount({ username: 'after' }));
    await sessions.put('code', 'after', {}, clock.now() + 60_000);
    await stores.close();
  }
});

/** The lines that a process writes, while it runs and when it has ended. */
function follow(child: ChildProcess) {
  let text = '';
  let complaint = '';
  const lines = () => text.split('\n').slice(0, -1);
  child.stdout?.on('data', (bytes) => {
    text += bytes;
  });
  child.stderr?.on('data', (bytes) => {
    complaint += bytes;
  });
  const ended = once(child, 'close').then(([code, signal]) => {
    assert.ok(code === 0 || signal === 'SIGKILL', complaint);
    return lines();
  });
  const atLeast = async (count: number) => {
    while (lines().length < count && child.stdout) await once(child.stdout, 'data');
  };
  return { child, ended, atLeast };
}
