import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { PoolSettings } from '#adapters/directory/records.ts';
import { openLog } from './log.ts';
import { openService } from './service.ts';
import { loadSettings } from './settings/load.ts';

test('a start finishes the deletion of a pool that a crash cut short', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'foyer-service-'));
  const settings = loadSettings({ FOYER_MODE: 'development', FOYER_DATA_FOLDER: folder });
  const { stores, prepare, close } = await openService(settings, openLog('silent'));
  t.after(async () => {
    await close();
    rmSync(folder, { recursive: true });
  });
  const record = { name: 'Shop', region: 'eu-central-1', settings: {} as PoolSettings, tags: {} };
  const pools = { gone: 'eu-central-1_Gone', kept: 'eu-central-1_Kept' };
  await stores.directory.forPool(pools.gone).create('pool', pools.gone, { ...record, deleting: true });
  await stores.directory.forPool(pools.gone).create('group', 'staff', { key: 'k' });
  await stores.directory.forPool(pools.kept).create('pool', pools.kept, record);
  await prepare();
  assert.equal(await stores.directory.forPool(pools.gone).find('pool', pools.gone), undefined);
  assert.equal(await stores.directory.forPool(pools.gone).count('group'), 0);
  assert.ok(await stores.directory.forPool(pools.kept).find('pool', pools.kept));
});
