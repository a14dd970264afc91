import assert from 'node:assert/strict';
import { test } from 'node:test';
import { completeClientSettings } from '../configuration/default-client-settings.ts';
import type { Client } from '../pool.ts';
import { metadataOf, rememberMetadata } from './library-client.ts';

const settings = completeClientSettings(
  { CallbackURLs: ['https://app.test/cb'] },
  { ClientName: 'test', defaultAttributes: [] },
);
const client: Client = { id: 'web', poolId: 'eu-central-1_test', secret: 'first', settings };

test('metadata of a client is made once, and is written down as what only the same metadata is', () => {
  let made = 0;
  const remember = () =>
    rememberMetadata((one) => {
      made++;
      return metadataOf(one);
    });
  const metadata = remember();
  const frozen = Object.freeze({ ...client });
  assert.deepEqual({ ...metadata(frozen) }, metadataOf(client));
  assert.equal(metadata(frozen), metadata(frozen));
  assert.equal(made, 1);
  const written = JSON.stringify(metadata(frozen));
  assert.ok(!written.includes('first'));
  // Elsewhere, as after a start.
  assert.equal(JSON.stringify(remember()(Object.freeze({ ...client }))), written);
  for (const change of [
    { secret: 'second' },
    { id: 'other' },
    { settings: { ...settings, CallbackURLs: [] } },
  ])
    assert.notEqual(JSON.stringify(metadata(Object.freeze({ ...client, ...change }))), written);
});

test('what may still change is not remembered', () => {
  const metadata = rememberMetadata(metadataOf);
  const changing = { ...client };
  assert.equal(metadata(changing).client_secret, 'first');
  changing.secret = 'second';
  assert.equal(metadata(changing).client_secret, 'second');
});
