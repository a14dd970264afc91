import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anyText, fc, textOf } from '#adapters/testing/fuzz.ts';
import { Refusal } from '../errors.ts';
import { openVault } from '../vault.ts';
import { openPageToken, sealPageToken } from './page-token.ts';

const mine = { vault: openVault('a master secret for tests only, 0123456789') };
const other = { vault: openVault('another master secret for tests 0123456789') };
const list = fc.constantFrom(
  'ListUserPools/eu-central-1',
  'ListUsers/eu-central-1_Ab12Cd34E',
  'ListUsers/eu-central-1_Ab12Cd34F',
);

function opened(service: typeof mine, list: string, token: string): string | undefined | Refusal {
  try {
    return openPageToken(service, list, token);
  } catch (error) {
    if (error instanceof Refusal && error.reason === 'invalid-parameter') return error;
    throw error;
  }
}

test('a token opens for its own list, and for no other, nor under another secret', () => {
  fc.assert(
    fc.property(list, list, anyText(), (from, to, text) => {
      const cursor = text.toWellFormed();
      const token = sealPageToken(mine, from, cursor) ?? '';
      const open = opened(mine, to, token);
      if (from === to) assert.equal(open, cursor);
      else assert.ok(open instanceof Refusal);
      assert.ok(opened(other, from, token) instanceof Refusal);
    }),
  );
});

test('a token that was changed anywhere, cut or made up is refused', () => {
  const change = fc.oneof(
    fc.tuple(fc.nat(60), fc.integer({ min: 1, max: 255 })).map(([at, by]) => (bytes: Buffer) => {
      const index = at % bytes.length;
      bytes[index] = (bytes[index] ?? 0) ^ by;
      return bytes;
    }),
    fc.nat(30).map((left) => (bytes: Buffer) => bytes.subarray(0, left)),
    fc
      .uint8Array({ minLength: 1, maxLength: 4 })
      .map((more) => (bytes: Buffer) => Buffer.concat([bytes, more])),
  );
  fc.assert(
    fc.property(change, (change) => {
      const [version, body = ''] = (sealPageToken(mine, 'a', 'cursor') ?? '').split('.');
      const changed = change(Buffer.from(body, 'base64url')).toString('base64url');
      assert.ok(opened(mine, 'a', `${version}.${changed}`) instanceof Refusal);
    }),
  );
  fc.assert(
    fc.property(fc.oneof(anyText(), textOf(['v1', 'v2', '.', 'AAAA', '=', '-', '_'])), (token) => {
      assert.ok(opened(mine, 'a', token) instanceof Refusal);
    }),
  );
});
