import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openVault, Unsealable } from './vault.ts';

const SECRET = 'a master secret of thirty-two characters or more';

test('what was sealed opens again, the first time and after', () => {
  const vault = openVault(SECRET);
  const sealed = vault.seal('client-secret', 'pool/client', 'hidden');
  for (let i = 0; i < 3; i++) assert.equal(vault.open('client-secret', 'pool/client', sealed), 'hidden');
});

test('it opens for no other purpose, context or master secret, also when it was opened before', () => {
  const vault = openVault(SECRET);
  const sealed = vault.seal('client-secret', 'pool/client', 'hidden');
  vault.open('client-secret', 'pool/client', sealed);
  assert.throws(() => vault.open('signing-key', 'pool/client', sealed), Unsealable);
  assert.throws(() => vault.open('client-secret', 'pool/other', sealed), Unsealable);
  assert.throws(() => vault.open('client-secret', 'pool/client', `${sealed.slice(0, -2)}AA`), Unsealable);
  assert.throws(() => openVault(`${SECRET}!`).open('client-secret', 'pool/client', sealed), Unsealable);
});

test('a vault that has opened very many goes on opening all of them', () => {
  const vault = openVault(SECRET);
  const sealed = Array.from({ length: 1500 }, (_, i) => vault.seal('purpose', 'context', String(i)));
  for (let round = 0; round < 2; round++)
    for (const [i, text] of sealed.entries()) assert.equal(vault.open('purpose', 'context', text), String(i));
});

test('a seal whose proof was cut short is not even tried: four bytes of one can be guessed', () => {
  const vault = openVault(SECRET);
  for (let length = 0; length < 28; length++) {
    const cut = `v1.${Buffer.alloc(length, 7).toString('base64url')}`;
    assert.throws(
      () => vault.open('page-token', 'list', cut),
      (error: Error) => error instanceof Unsealable && /too short/.test(String(error.cause)),
    );
  }
  assert.equal(vault.open('page-token', 'list', vault.seal('page-token', 'list', '')), '');
});

test('a key is made of the bytes that are derived for its label', () => {
  const vault = openVault('a master secret of the tests, long enough');
  assert.deepEqual(vault.key('label').export(), vault.derive('label'));
});

test('no two seals of a purpose begin with the same number, of which one may be used only once', () => {
  const vault = openVault(SECRET);
  const seals = Array.from({ length: 1000 }, () => vault.seal('purpose', 'context', 'text'));
  const numbers = seals.map((seal) =>
    Buffer.from(seal.split('.')[1] ?? '', 'base64url').toString('hex', 0, 12),
  );
  assert.equal(new Set(numbers).size, 1000);
});
