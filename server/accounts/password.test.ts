import assert from 'node:assert/strict';
import { test } from 'node:test';
import argon2 from '@node-rs/argon2';
import bcrypt from 'bcrypt';
import { Refusal } from '../errors.ts';
import { openPasswordHasher } from './password.ts';

const pepper = Buffer.alloc(32, 7);
const argon = openPasswordHasher({ kind: 'argon2id', pepper });
const blowfish = openPasswordHasher({ kind: 'bcrypt', pepper });

test('a password matches its own hash and no other, with either kind', async () => {
  for (const hasher of [argon, blowfish]) {
    const hash = await hasher.hash('Ünïcode-Pa55!🔑');
    assert.deepEqual(await hasher.verify('Ünïcode-Pa55!🔑', hash), { matches: true, renew: false });
    assert.equal((await hasher.verify('Ünïcode-Pa55!🔒', hash)).matches, false);
    assert.notEqual(await hasher.hash('Ünïcode-Pa55!🔑'), hash);
  }
});

test('the default is Argon2id with 7 MiB, 5 passes and one lane', async () => {
  assert.match(await argon.hash('x'), /^\$argon2id\$v=19\$m=7168,t=5,p=1\$/);
});

test('USR-219 bcrypt tells passwords apart that differ after 72 bytes only, or after a zero byte', async () => {
  const start = 'a'.repeat(255);
  const hash = await blowfish.hash(`${start}1`);
  assert.equal((await blowfish.verify(`${start}1`, hash)).matches, true);
  assert.equal((await blowfish.verify(`${start}2`, hash)).matches, false);
  const zero = await blowfish.hash('a\0b');
  assert.equal((await blowfish.verify('a\0c', zero)).matches, false);
});

test('a bcrypt hash is of no use without the key', async () => {
  const hash = await blowfish.hash('secret');
  const other = openPasswordHasher({ kind: 'bcrypt', pepper: Buffer.alloc(32, 8) });
  assert.equal((await other.verify('secret', hash)).matches, false);
});

test('hashes of the other kind, of other settings and from elsewhere match, and are to be renewed', async () => {
  const weak = await argon2.hash('secret', { algorithm: 2, memoryCost: 1024, timeCost: 2 });
  const plain = await bcrypt.hash('secret', 4);
  const stored = [
    weak,
    plain,
    `$2y$${plain.slice(4)}`,
    `$2a$${plain.slice(4)}`,
    await blowfish.hash('secret'),
  ];
  for (const hash of stored) {
    assert.deepEqual(await argon.verify('secret', hash), { matches: true, renew: true }, hash);
    assert.equal((await argon.verify('Secret', hash)).matches, false, hash);
  }
  assert.equal((await blowfish.verify('secret', await argon.hash('secret'))).renew, true);
});

test('past its bound it refuses at once, and serves again afterwards', async () => {
  const hasher = openPasswordHasher({ kind: 'argon2id', pepper, maxWaiting: 3 });
  const settled = await Promise.allSettled(Array.from({ length: 40 }, () => hasher.pretend('x')));
  const refused = settled.filter((result) => result.status === 'rejected').map(({ reason }) => reason);
  assert.ok(refused.length >= 40 - 3 - 3);
  assert.ok(refused.every((reason) => reason instanceof Refusal && reason.reason === 'busy'));
  assert.ok(settled.some((result) => result.status === 'fulfilled'));
  await hasher.pretend('x');
});
