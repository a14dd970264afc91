import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStores } from '#adapters/open.ts';
import { openVault } from '../../vault.ts';
import { samlKey } from './saml-key.ts';

test('FED-100 of many who ask for the key of a pool at once one waits for the making of it', async (t) => {
  const clock = { now: () => Date.UTC(2026, 4, 1) };
  const stores = await openStores({ dataFolder: ':memory:', clock });
  t.after(() => stores.close());
  const real = openVault('a master secret for tests only, 0123456789');
  let made = 0;
  const vault: typeof real = {
    ...real,
    seal(...given) {
      made += 1;
      return real.seal(...given);
    },
  };
  const id = 'eu-central-1_Key000001';
  const ask = () => samlKey({ id, directory: stores.directory.forPool(id), vault, clock });
  const keys = await Promise.all(Array.from({ length: 20 }, ask));
  assert.equal(new Set(keys.map(({ certificate }) => certificate)).size, 1);
  assert.equal(made, 1);
  assert.deepEqual(await ask(), keys[0]);
  assert.equal(made, 1);
});
