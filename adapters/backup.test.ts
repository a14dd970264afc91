import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { backUpStores, restoreStores } from './backup.ts';
import { NewerSchema, StoreError } from './errors.ts';
import { openStores } from './open.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';
import { testAccount } from './testing/test-account.ts';

const clock = { now: () => Date.now() };
const folder = temporaryFolder();
const newFolder = () => join(folder, randomUUID());
const FILES = ['accounts.sqlite', 'directory.sqlite', 'sessions.sqlite'];

/** A data folder with one account and one session. */
async function dataWith(username: string, session = 'one'): Promise<string> {
  const dataFolder = newFolder();
  const stores = await openStores({ dataFolder, clock });
  await stores.accounts.forPool('p').create(testAccount({ username }));
  await stores.sessions.forPool('p').put('grant', session, { username }, clock.now() + 60_000);
  await stores.close();
  return dataFolder;
}

async function namesIn(dataFolder: string): Promise<string[]> {
  const stores = await openStores({ dataFolder, clock });
  const { items } = await stores.accounts.forPool('p').list({ limit: 10 });
  await stores.close();
  return items.map(({ username }) => username);
}

const refused = (pattern: RegExp) => (error: unknown) => {
  assert.ok(error instanceof StoreError, String(error));
  assert.match(error.message, pattern);
  return true;
};

test('a backup is readable by its owner alone, and put elsewhere it is what it was', async () => {
  const dataFolder = await dataWith('mia');
  writeFileSync(join(dataFolder, 'development-secrets.json'), '{}');
  const backup = newFolder();
  assert.deepEqual(await backUpStores({ dataFolder }, backup), ['sessions', 'accounts', 'directory']);
  assert.equal(statSync(backup).mode & 0o777, 0o700);
  assert.deepEqual(readdirSync(backup).sort(), [
    'accounts.sqlite',
    'development-secrets.json',
    ...FILES.slice(1),
  ]);
  for (const file of FILES) assert.equal(statSync(join(backup, file)).mode & 0o777, 0o600);

  const elsewhere = newFolder();
  assert.deepEqual(await restoreStores({ dataFolder: elsewhere, clock }, backup), {
    stores: ['sessions', 'accounts', 'directory'],
  });
  assert.ok(existsSync(join(elsewhere, 'development-secrets.json')));
  assert.deepEqual(
    readdirSync(elsewhere).filter((name) => !name.startsWith('development') && !FILES.includes(name)),
    [],
  );
  assert.deepEqual(await namesIn(elsewhere), ['mia']);
});

test('what was deleted before a backup is in none of its bytes', async () => {
  const dataFolder = await dataWith('mia');
  const stores = await openStores({ dataFolder, clock });
  const gone = testAccount({ username: 'somebody-who-left' });
  await stores.accounts.forPool('p').create(gone);
  await stores.accounts.forPool('p').remove(gone.id);
  const backup = newFolder();
  await backUpStores({ dataFolder }, backup);
  await stores.close();
  assert.ok(!readFileSync(join(backup, 'accounts.sqlite')).includes('somebody-who-left'));
});

test('a backup goes to a folder of its own, and needs something to copy', async () => {
  const dataFolder = await dataWith('mia');
  const taken = newFolder();
  mkdirSync(taken);
  writeFileSync(join(taken, 'a-file'), '');
  await assert.rejects(backUpStores({ dataFolder }, taken), refused(/is there already/));
  assert.deepEqual(readdirSync(taken), ['a-file']);
  await assert.rejects(
    backUpStores({ dataFolder: newFolder() }, newFolder()),
    refused(/There is no sessions.sqlite/),
  );
  const shared = { dataFolder, mongodbUrl: 'mongodb://h', redisUrl: 'redis://h' };
  await assert.rejects(backUpStores(shared, newFolder()), refused(/tools of their own/));
  assert.deepEqual(await backUpStores({ dataFolder, redisUrl: 'redis://h' }, newFolder()), [
    'accounts',
    'directory',
  ]);
});

test('a restore replaces what is there and keeps the former files beside', async () => {
  const backup = newFolder();
  await backUpStores({ dataFolder: await dataWith('mia') }, backup);
  const dataFolder = await dataWith('noa');
  const { former } = await restoreStores({ dataFolder, clock }, backup);
  assert.ok(former);
  assert.deepEqual(await namesIn(dataFolder), ['mia']);
  assert.deepEqual(await namesIn(former), ['noa']);
});

test('without sessions in the backup everybody signs in again', async () => {
  const backup = newFolder();
  await backUpStores({ dataFolder: await dataWith('mia') }, backup);
  rmSync(join(backup, 'sessions.sqlite'));
  const dataFolder = await dataWith('noa');
  await restoreStores({ dataFolder, clock }, backup);
  const stores = await openStores({ dataFolder, clock });
  assert.equal(await stores.sessions.forPool('p').find('grant', 'one'), undefined);
  await stores.close();
  assert.deepEqual(await namesIn(dataFolder), ['mia']);
});

test('files that were sent before a restore are not there after it', async () => {
  const backup = newFolder();
  await backUpStores({ dataFolder: await dataWith('mia') }, backup);
  const dataFolder = await dataWith('noa');
  const before = await openStores({ dataFolder, clock });
  await before.uploads.forPool('p').write('file', 0, Buffer.from('people'), clock.now() + 60_000);
  await before.close();
  await restoreStores({ dataFolder, clock }, backup);
  const after = await openStores({ dataFolder, clock });
  assert.equal(await after.uploads.forPool('p').read('file', 0), undefined);
  await after.close();
});

test('a folder in use, a newer schema, a damaged or incomplete backup are refused and nothing changes', async () => {
  const backup = newFolder();
  await backUpStores({ dataFolder: await dataWith('mia') }, backup);
  const dataFolder = await dataWith('noa');
  const spoilt = (spoil: (copy: string) => void) => {
    const copy = newFolder();
    cpSync(backup, copy, { recursive: true });
    spoil(copy);
    return copy;
  };
  const cases: [string, (error: unknown) => boolean][] = [
    [spoilt((copy) => rmSync(join(copy, 'directory.sqlite'))), refused(/has no directory.sqlite/)],
    [
      spoilt((copy) => truncateSync(join(copy, 'accounts.sqlite'), 8192)),
      refused(/accounts.sqlite is damaged/),
    ],
    [spoilt((copy) => writeFileSync(join(copy, 'sessions.sqlite'), 'x'.repeat(9000))), refused(/is damaged/)],
    [
      spoilt((copy) => {
        const db = new DatabaseSync(join(copy, 'sessions.sqlite'));
        db.exec('PRAGMA user_version = 99');
        db.close();
      }),
      (error) => error instanceof NewerSchema,
    ],
  ];
  for (const [from, check] of cases) await assert.rejects(restoreStores({ dataFolder, clock }, from), check);

  const other = await running(dataFolder);
  await assert.rejects(restoreStores({ dataFolder, clock }, backup), refused(/is in use. Stop Foyer first/));
  other.kill('SIGKILL');
  await once(other, 'exit');
  assert.deepEqual(await namesIn(dataFolder), ['noa']);
  await restoreStores({ dataFolder, clock }, backup);
  assert.deepEqual(await namesIn(dataFolder), ['mia']);
});

test('nobody starts on a restore that was interrupted, and it can be repeated', async () => {
  const backup = newFolder();
  await backUpStores({ dataFolder: await dataWith('mia') }, backup);
  const dataFolder = await dataWith('noa');
  mkdirSync(join(dataFolder, 'restoring'));
  await assert.rejects(openStores({ dataFolder, clock }), refused(/interrupted/));
  await assert.rejects(restoreStores({ dataFolder, clock }, backup), refused(/remove it and restore again/));
  rmSync(join(dataFolder, 'restoring'), { recursive: true });
  await restoreStores({ dataFolder, clock }, backup);
  assert.deepEqual(await namesIn(dataFolder), ['mia']);
});

/** Another process that has the stores open. */
async function running(dataFolder: string): Promise<ChildProcess> {
  const script = join(import.meta.dirname, 'testing', 'another-process.ts');
  const child = spawn(process.execPath, [script, 'write', dataFolder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
}
