/** A client is remembered for as long as its record is the same, and no longer. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openStores, type Stores } from '#adapters/open.ts';
import { systemClock } from '../clock.ts';
import { openVault } from '../vault.ts';
import { completeClientSettings } from './default-client-settings.ts';
import { CLIENT_SECRET, findClient, sealedFor } from './find-client.ts';

const POOL = 'eu-central-1_remember';
const vault = openVault('a master secret of the tests, long enough');
const sealed = (secret: string) => vault.seal(CLIENT_SECRET, sealedFor(POOL, 'web'), secret);
const settings = completeClientSettings({}, { ClientName: 'test', defaultAttributes: [] });

let stores: Stores;
before(async () => {
  stores = await openStores({ dataFolder: ':memory:', clock: systemClock });
});
after(() => stores.close());

test('HUI-32 all who ask get one client that none can change, until its record is changed or deleted', async () => {
  const directory = stores.directory.forPool(POOL);
  const pool = { id: POOL, directory, vault };
  await directory.create('client', 'web', { sealedSecret: sealed('first'), settings });
  const found = (await findClient(pool, 'web')) ?? assert.fail();
  assert.equal(await findClient(pool, 'web'), found);
  assert.throws(() => Object.assign(found, { secret: 'mine' }), TypeError);
  await directory.update('client', 'web', (current) => ({ ...current, sealedSecret: sealed('second') }));
  assert.equal((await findClient(pool, 'web'))?.secret, 'second');
  assert.equal(found.secret, 'first');
  await directory.remove('client', 'web');
  assert.equal(await findClient(pool, 'web'), undefined);
});

test('what one vault has opened is opened by no other', async () => {
  const directory = stores.directory.forPool(POOL);
  await directory.create('client', 'web', { sealedSecret: sealed('first'), settings });
  assert.equal((await findClient({ id: POOL, directory, vault }, 'web'))?.secret, 'first');
  const other = openVault('another master secret, as long as the first one');
  await assert.rejects(findClient({ id: POOL, directory, vault: other }, 'web'), /cannot be opened/);
});
