import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startFoyer } from './start.ts';

test('a Foyer stops when it is asked to, and starts again on the same address and stores', async () => {
  const foyer = await startFoyer();
  assert.equal(await foyer.stop(), 0);
  await assert.rejects(fetch(`${foyer.url}/health/live`));

  await foyer.restart();
  assert.deepEqual(await (await fetch(`${foyer.url}/health/ready`)).json(), { status: 'ready' });
});

test('a Foyer that was killed starts again', async () => {
  const foyer = await startFoyer();
  await foyer.kill();
  await foyer.restart();
  assert.equal((await fetch(`${foyer.url}/health/ready`)).status, 200);
});

test('the clock of a Foyer moves, and stays moved over a restart', async () => {
  const foyer = await startFoyer();
  const now = () => Number(new Date(JSON.parse(foyer.log().at(-1) ?? '{}').time));
  const hour = 3_600_000;
  await foyer.shiftClock(hour);
  await fetch(`${foyer.url}/health/live`);
  await foyer.stop();
  assert.ok(now() > Date.now() + hour - 60_000, foyer.log().at(-1));
  await foyer.restart();
  await foyer.shiftClock(hour);
  await foyer.stop();
  assert.ok(now() > Date.now() + 2 * hour - 60_000, foyer.log().at(-1));
});

test('two Foyers on the same stores are ready at once', async () => {
  const first = await startFoyer();
  const second = await startFoyer({ beside: first });
  for (const { url } of [first, second]) assert.equal((await fetch(`${url}/health/ready`)).status, 200);
});

test('what Foyer keeps is for its owner alone, also in a folder that others may look into', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'foyer-folder-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const dataFolder = join(folder, 'data');
  mkdirSync(dataFolder);
  chmodSync(dataFolder, 0o755);
  await startFoyer({ env: { FOYER_DATA_FOLDER: dataFolder, FOYER_MONGODB_URL: '', FOYER_REDIS_URL: '' } });
  const files = readdirSync(dataFolder);
  assert.ok(files.includes('accounts.sqlite'));
  for (const file of files) assert.equal(statSync(join(dataFolder, file)).mode & 0o077, 0, file);
});
