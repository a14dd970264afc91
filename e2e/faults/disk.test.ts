/**
 * A disk that is full, and a folder that cannot be written. On the shared stores Foyer keeps nothing on a disk, and
 * the same faults must not even be noticed.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { runCommand } from '../command.ts';
import { startMailServer } from '../mail-server.ts';
import { hostedAt, signIn } from '../person.ts';
import { type Foyer, startFoyer } from '../start.ts';
import { audit } from './audit.ts';
import { crowdPool, momentOf, startCrowd, WITNESS } from './crowd.ts';
import { beforeTheFault, expectNamedErrors } from './probe.ts';
import { record, storesOfRun } from './report.ts';
import { until } from './until.ts';

const embedded = process.env.FOYER_TEST_STORES !== 'shared';
const NOBODY = 65534;

test('a full disk under load: named errors, not ready, nothing lost or damaged, and room makes all well', async () => {
  const mail = await startMailServer();
  const foyer = await startFoyer({ poolFile: crowdPool(), env: { FOYER_SMTP_URL: mail.url } });
  const hosted = hostedAt(foyer);
  const crowd = startCrowd(hosted, mail);
  await until(() => crowd.acknowledged() > momentOf(0));
  const waiting = await beforeTheFault(hosted);

  // No file may grow beyond its first page: to the process it is as if the disk were full.
  limitFiles(foyer, '4096');
  const before = crowd.acknowledged();
  if (!embedded) await until(() => crowd.acknowledged() > before + 20);
  const errorMs = embedded ? await expectNamedErrors(foyer, waiting) : undefined;
  await crowd.stop();
  limitFiles(foyer, 'unlimited');
  const room = performance.now();
  await until(async () => (await fetch(`${foyer.url}/health/ready`)).ok);
  const recoveryMs = Math.round(performance.now() - room);

  const { accounts, tried, lost, usedTwice } = await audit(hosted, crowd);
  assert.deepEqual({ lost, usedTwice, unclear: crowd.unclear }, { lost: [], usedTwice: [], unclear: [] });
  assert.ok(accounts >= 2);
  await foyer.stop();
  for (const file of embedded ? sqliteFiles(foyer) : []) assert.equal(integrity(file), 'ok', file);
  const counts = { accounts, tried, lost: 0, usedTwice: 0, errorMs, recoveryMs };
  record({ fault: 'a full disk', stores: storesOfRun(), rounds: 1, ...counts });
});

test('a data folder or a file of it that cannot be written is told at the start, and left as it is', async () => {
  const foyer = await startFoyer({ poolFile: crowdPool() });
  if (!embedded) {
    await foyer.restart({ FOYER_DATA_FOLDER: '/proc/nothing-can-be-made-here' });
    assert.ok(await signIn(hostedAt(foyer), WITNESS.username));
    return;
  }
  await foyer.stop();
  const { dataFolder, env } = foyer;
  const files = sqliteFiles(foyer);
  // Root may write everywhere, so it starts Foyer as a user who may not.
  const user = process.getuid?.() === 0 ? NOBODY : undefined;
  if (user) for (const path of [join(dataFolder, '..'), dataFolder, ...files]) chownSync(path, user, user);
  const start = () => runCommand([], { ...env, FOYER_POOL_FILE: '' }, user);

  for (const file of files) chmodSync(file, 0o400);
  const readOnlyFile = await start();
  assert.match(readOnlyFile.output, /store is not available: attempt to write a readonly database/);
  assert.equal(readOnlyFile.code, 1);
  chmodSync(dataFolder, 0o500);
  const readOnlyFolder = await start();
  const told = `The data folder ${dataFolder} cannot be written (EACCES)`;
  assert.ok(readOnlyFolder.output.includes(told), readOnlyFolder.output);
  assert.equal(readOnlyFolder.code, 1);

  chmodSync(dataFolder, 0o700);
  for (const file of files) chmodSync(file, 0o600);
  await foyer.restart();
  assert.ok(await signIn(hostedAt(foyer), WITNESS.username));
});

function limitFiles(foyer: Foyer, bytes: string): void {
  execFileSync('prlimit', ['--pid', String(foyer.pid()), `--fsize=${bytes}:unlimited`]);
}

function sqliteFiles({ dataFolder }: Foyer): string[] {
  const names = readdirSync(dataFolder).filter((name) => name.endsWith('.sqlite'));
  return names.map((name) => join(dataFolder, name));
}

function integrity(file: string): unknown {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    return db.prepare('PRAGMA integrity_check').get()?.['integrity_check'];
  } finally {
    db.close();
  }
}
