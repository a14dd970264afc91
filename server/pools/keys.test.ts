import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStores, type Stores } from '#adapters/open.ts';
import { newPoolSettings } from '../configuration/default-pool-settings.ts';
import type { PoolKeys } from '../pool.ts';
import { signToken } from '../tokens/sign-token.ts';
import { verifyToken } from '../tokens/verify-token.ts';
import { openVault, Unsealable } from '../vault.ts';
import { type KeyRoom, openKeys, PUBLISH_AHEAD_MS, rotateKeys } from './keys.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const vault = openVault('a master secret of the tests, long enough');

async function withRoom(
  use: (room: KeyRoom, clock: { at: number }, stores: Stores) => Promise<void>,
): Promise<void> {
  const clock = { at: Date.UTC(2027, 0, 1), now: () => clock.at };
  const stores = await openStores({ dataFolder: ':memory:', clock });
  const poolId = 'eu-central-1_Keys00001';
  const directory = stores.directory.forPool(poolId);
  await makePool(directory);
  try {
    await use({ directory, vault, clock, poolId }, clock, stores);
  } finally {
    await stores.close();
  }
}

function makePool(directory: KeyRoom['directory']) {
  const { settings } = newPoolSettings({});
  const record = { name: 'keys', region: 'eu-central-1', settings, tags: {} };
  return directory.create('pool', 'eu-central-1_Keys00001', record);
}

const kidsOf = ({ published }: PoolKeys) => published.map(({ kid }) => kid);
const verifies = (keys: PoolKeys, token: string) => verifyToken({ keys, issuer: 'x' }, token);

test('HUI-190 HUI-191 a pool is born with two keys of 2048 bits, published without their secrets', async () => {
  await withRoom(async (room) => {
    const keys = await openKeys(room);
    const { id, access } = keys.signing;
    assert.notEqual(id.kid, access.kid);
    assert.deepEqual(kidsOf(keys), [id.kid, access.kid]);
    for (const jwk of keys.published) {
      assert.deepEqual(Object.keys(jwk).sort(), ['alg', 'e', 'kid', 'kty', 'n', 'use']);
      assert.match(jwk.kid, /^[A-Za-z0-9+/]{43}=$/);
      assert.equal(Buffer.from(jwk.n, 'base64url').length, 256);
    }
  });
});

test('private keys are stored sealed, and open only under the master secret', async () => {
  await withRoom(async (room) => {
    const { signing } = await openKeys(room);
    const { items } = await room.directory.list('signing-key', { limit: 10 });
    assert.equal(JSON.stringify(items).includes(signing.id.d), false);
    await assert.rejects(
      openKeys({ ...room, vault: openVault('another secret, also long enough here') }),
      Unsealable,
    );
  });
});

test('processes that start together agree on the first keys', async () => {
  await withRoom(async (room) => {
    const opened = await Promise.all([openKeys(room), openKeys(room), openKeys(room)]);
    const { items } = await room.directory.list('signing-key', { limit: 10 });
    assert.equal(items.length, 2);
    for (const keys of opened) assert.deepEqual(kidsOf(keys), opened[0] && kidsOf(opened[0]));
  });
});

test('a pool made again under the same id has other kids', async () => {
  await withRoom(async (room, clock) => {
    const before = kidsOf(await openKeys(room));
    for (const kid of before) await room.directory.remove('signing-key', kid);
    await room.directory.remove('pool', room.poolId);
    clock.at += 1000;
    await makePool(room.directory);
    const after = kidsOf(await openKeys(room));
    assert.equal(after.filter((kid) => before.includes(kid)).length, 0);
  });
});

test('HUI-206 a new key is published a day before it signs, the old one a day after its last token', async () => {
  await withRoom(async (room, clock) => {
    const first = await openKeys(room);
    const old = first.signing.id.kid;
    await rotateKeys(room);
    const keys = await openKeys(room);
    assert.equal(keys.published.length, 4);
    assert.equal(keys.signing.id.kid, old);

    clock.at += PUBLISH_AHEAD_MS - 1;
    const last = await signToken({ keys }, 'id', { iss: 'x' });
    assert.equal(keys.signing.id.kid, old);
    clock.at += 1;
    // No one opened them anew: time alone makes the young keys sign.
    const young = keys.signing.id.kid;
    assert.notEqual(young, old);
    assert.ok(kidsOf(first).every((kid) => kidsOf(keys).includes(kid)));

    clock.at += DAY;
    assert.ok(await verifies(keys, last), 'the last token of the old key lives a day');
    clock.at += HOUR;
    assert.equal(await verifies(keys, last), undefined);
    assert.deepEqual(kidsOf(keys), [young, keys.signing.access.kid]);
  });
});

test('a retired key is removed when the pool is opened next', async () => {
  await withRoom(async (room, clock) => {
    await openKeys(room);
    await rotateKeys(room);
    clock.at += PUBLISH_AHEAD_MS + 2 * DAY;
    const keys = await openKeys(room);
    const { items } = await room.directory.list('signing-key', { limit: 10 });
    assert.deepEqual(items.map(({ id }) => id).sort(), kidsOf(keys).sort());
    assert.equal(items.length, 2);
  });
});

test('a rotation at once overtakes one that has been published ahead', async () => {
  await withRoom(async (room, clock) => {
    await openKeys(room);
    await rotateKeys(room);
    clock.at += HOUR;
    await rotateKeys(room, { publishAheadMs: 0 });
    const keys = await openKeys(room);
    const now = keys.signing.access.kid;
    assert.equal(keys.published.length, 4);
    clock.at += PUBLISH_AHEAD_MS;
    assert.equal(keys.signing.access.kid, now);
  });
});

test('keys that somebody else may have are believed no more from the moment of their replacement', async () => {
  await withRoom(async (room) => {
    const before = await openKeys(room);
    await rotateKeys(room);
    const stolen = await signToken({ keys: before }, 'access', { iss: 'x' });
    await rotateKeys(room, { publishAheadMs: 0, overlapMs: 0 });
    const keys = await openKeys(room);
    assert.equal(keys.published.length, 2);
    assert.equal(kidsOf(keys).filter((kid) => kidsOf(before).includes(kid)).length, 0);
    assert.equal(await verifies(keys, stolen), undefined);
    assert.ok(await verifies(keys, await signToken({ keys }, 'access', { iss: 'x' })));
  });
});

test('a process whose clock is behind signs with the only key there is', async () => {
  await withRoom(async (room, clock) => {
    await openKeys(room);
    clock.at -= 10_000;
    const keys = await openKeys(room);
    assert.ok(keys.signing.id.d);
    assert.equal(keys.published.length, 2);
  });
});
