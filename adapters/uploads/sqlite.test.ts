import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { uploadsContract } from './contract.ts';
import { openSqliteUploads } from './sqlite.ts';

const folder = temporaryFolder();

uploadsContract('SQLite', (clock) => openSqliteUploads({ path: join(folder, 'uploads.sqlite'), clock }));

test('nothing of an upload that was removed is left in the file', async () => {
  const path = join(folder, 'removed.sqlite');
  const stores = await openSqliteUploads({ path, clock: { now: () => 0 } });
  const store = stores.forPool('eu-central-1_Uploads');
  const line = `mia,${randomUUID()}\n`;
  await store.write('file', 0, Buffer.from(line.repeat(5000)), 1000);
  await store.remove('file');
  await stores.close();
  assert.equal(readFileSync(path).includes(line), false);
});
