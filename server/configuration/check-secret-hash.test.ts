import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '../errors.ts';
import { checkSecretHash, secretHash } from './check-secret-hash.ts';

const secret = 's3cr3tEXAMPLEkey0123456789abcdef';
const id = '7clientEXAMPLE0000000000ab';
const HASH = 'BbZw0oBEizKUYPF8ZvtUaSd0YjOIW+gcpdSgpek1x48=';

/** Why a hash is refused; undefined when it is not. */
function refusal(client: Parameters<typeof checkSecretHash>[0], username: string, given?: string) {
  try {
    checkSecretHash(client, username, given);
    return undefined;
  } catch (error) {
    assert.ok(error instanceof Refusal);
    return error.reason;
  }
}

test('USR-56 the published vector comes out, and names in all scripts are UTF-8', () => {
  assert.equal(secretHash(secret, 'maria', id), HASH);
  assert.equal(secretHash(secret, 'märia', id), secretHash(secret, 'm\u00e4ria', id));
  assert.notEqual(secretHash(secret, 'märia', id), secretHash(secret, 'ma\u0308ria', id));
});

test('SEC-11 so does the other one that is published', () => {
  assert.equal(
    secretHash('examplesecret', 'alice', 'exampleclientid12345'),
    '2FHFD76duY5d0P3KJm+T16obFqNMy6gqTXQqtGk4ick=',
  );
});

test('USR-57 USR-58 the hash is over the very name that was sent, and needed when there is a secret', () => {
  const client = { id, secret };
  assert.equal(refusal(client, 'maria', HASH), undefined);
  assert.equal(refusal(client, 'maria'), 'secret-hash-missing');
  for (const [name, given] of [
    ['Maria', HASH],
    ['mia@example.com', HASH],
    ['maria', HASH.toLowerCase()],
    ['maria', HASH.replace('=', '')],
    ['maria', ''],
  ] as const)
    assert.equal(refusal(client, name, given), 'secret-hash-wrong', `${name} ${given}`);
});

test('either of two secrets is good while there are two', () => {
  const other = 'another-secret-0123456789abcdef';
  const client = { id, secret, otherSecret: other };
  assert.equal(refusal(client, 'maria', HASH), undefined);
  assert.equal(refusal(client, 'maria', secretHash(other, 'maria', id)), undefined);
  assert.equal(refusal({ id, secret }, 'maria', secretHash(other, 'maria', id)), 'secret-hash-wrong');
  assert.equal(refusal({ id }, 'maria'), undefined);
});

test('a client without a secret has none to prove: a hash that comes nevertheless is of another client', () => {
  for (const given of [undefined, '']) assert.equal(refusal({ id }, 'maria', given), undefined);
  for (const given of [HASH, 'x']) assert.equal(refusal({ id }, 'maria', given), 'secret-hash-wrong');
});
