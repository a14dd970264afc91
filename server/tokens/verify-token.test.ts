import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { test } from 'node:test';
import type { Pool, PublicJwk } from '../pool.ts';
import { claimedIssuer, claimsVerifiedBefore, verifyToken } from './verify-token.ts';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const shown = (kid: string) =>
  ({ ...publicKey.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' }) as PublicJwk;
const poolOf = (issuer: string, ...published: PublicJwk[]) =>
  ({ issuer, keys: { published } }) as unknown as Pick<Pool, 'keys' | 'issuer'>;

const ISSUER = 'http://localhost:9400/eu-central-1_Ab12Cd34E';
const jwk = shown('k1');
const pool = poolOf(ISSUER, jwk);
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
function signed(claims: object): string {
  const input = `${encode({ kid: 'k1', alg: 'RS256' })}.${encode({ iss: ISSUER, ...claims })}`;
  return `${input}.${sign('sha256', Buffer.from(input), privateKey).toString('base64url')}`;
}

test('a token that is shown again says the same, and nobody can change what it says for the next', async () => {
  const token = signed({ sub: 'mia', 'cognito:groups': ['one'] });
  const first = await verifyToken(pool, token);
  assert.deepEqual(first, { iss: ISSUER, sub: 'mia', 'cognito:groups': ['one'] });
  assert.throws(() => Object.assign(first ?? {}, { sub: 'admin' }), TypeError);
  const groups = first?.['cognito:groups'];
  assert.throws(() => Array.isArray(groups) && groups.push('admins'), TypeError);
  assert.deepEqual(await verifyToken(pool, token), first);
});

test('ATK-15 a token that was good is none for another issuer, for other keys, and after its key is gone', async () => {
  const token = signed({ sub: 'mia' });
  assert.ok(await verifyToken(pool, token));
  assert.equal(await verifyToken(poolOf(`${ISSUER}F`, jwk), token), undefined);
  assert.equal(await verifyToken(poolOf(ISSUER), token), undefined);
  const { publicKey: another } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const replaced = { ...jwk, ...another.export({ format: 'jwk' }) } as PublicJwk;
  assert.equal(await verifyToken(poolOf(ISSUER, replaced), token), undefined);
  // A pool that is opened again has the same key in another object.
  assert.ok(await verifyToken(poolOf(ISSUER, shown('k1')), token));
});

test('ATK-15 the claims of a good token do not carry another signature', async () => {
  const token = signed({ sub: 'mia' });
  assert.ok(await verifyToken(pool, token));
  const [head, body, proof = ''] = token.split('.');
  const forged = `${head}.${body}.${proof.startsWith('A') ? 'B' : 'A'}${proof.slice(1)}`;
  for (const text of [forged, `${head}.${body}.`, `${head}.${body}`, `${token}\ufffd`])
    assert.equal(await verifyToken(pool, text), undefined, text);
  assert.equal(claimsVerifiedBefore(forged), undefined);
  assert.equal(claimedIssuer(forged), ISSUER);
});

test('of two tokens that are asked for by turns each says its own', async () => {
  const [mia, ben] = [signed({ sub: 'mia' }), signed({ sub: 'ben' })];
  const subs = await Promise.all([mia, ben, mia, ben].map((token) => verifyToken(pool, token)));
  assert.deepEqual(
    subs.map((claims) => claims?.['sub']),
    ['mia', 'ben', 'mia', 'ben'],
  );
  for (const token of [mia, ben, mia])
    assert.equal(claimsVerifiedBefore(token)?.['sub'], token === mia ? 'mia' : 'ben');
});

test('of very many tokens all are verified, also those that were forgotten', async () => {
  const tokens = Array.from({ length: 2100 }, (_, index) => signed({ sub: String(index) }));
  for (const [index, token] of tokens.entries())
    assert.equal((await verifyToken(pool, token))?.['sub'], String(index));
  const [oldest = '', youngest = ''] = [tokens[0], tokens.at(-1)];
  assert.ok(claimsVerifiedBefore(youngest));
  assert.equal(claimsVerifiedBefore(oldest), undefined, 'no more are kept than may be');
  assert.equal((await verifyToken(pool, oldest))?.['sub'], '0');
});
