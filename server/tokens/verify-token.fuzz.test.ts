import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { test } from 'node:test';
import { anyText, fc, textOf } from '#adapters/testing/fuzz.ts';
import type { Pool, PublicJwk } from '../pool.ts';
import { verifyToken } from './verify-token.ts';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });
const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'RS256', use: 'sig' } as PublicJwk;
const ISSUER = 'http://localhost:9400/eu-central-1_Ab12Cd34E';
const pool = { issuer: ISSUER, keys: { published: [jwk] } } as unknown as Pick<Pool, 'keys' | 'issuer'>;

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const signed = (head: string, body: string, key = privateKey) =>
  `${head}.${body}.${sign('sha256', Buffer.from(`${head}.${body}`), key).toString('base64url')}`;
const HEAD = encode({ kid: 'k1', alg: 'RS256' });
const claims = fc.dictionary(
  fc.constantFrom('sub', 'token_use', 'exp', 'scope', '__proto__'),
  fc.jsonValue({ maxDepth: 1 }),
  { maxKeys: 4 },
);

test('what this pool signed is read as it was written, for the issuer that it names', async () => {
  await fc.assert(
    fc.asyncProperty(
      claims,
      fc.constantFrom(ISSUER, `${ISSUER}/`, '', 'http://localhost:9400/eu-central-1_Zz99Yy88X'),
      async (claims, iss) => {
        const body = encode({ ...claims, iss });
        const read = await verifyToken(pool, signed(HEAD, body));
        assert.deepEqual(read, iss === ISSUER ? JSON.parse(JSON.stringify({ ...claims, iss })) : undefined);
      },
    ),
  );
});

test('ATK-15 whatever a header says, only the own key by RS256 makes a token, and nothing else is thrown', async () => {
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const secrets = [pem, pem.trim(), String(jwk.n), 'k1', ''];
  const header = fc.dictionary(
    fc.constantFrom('alg', 'kid', 'typ', 'jwk', 'jku', 'x5c', 'crit', 'b64', '__proto__'),
    fc.oneof(
      fc.constantFrom<unknown>(
        'none',
        'None',
        'HS256',
        'RS256',
        'RS512',
        'PS256',
        'ES256',
        'k1',
        'k2',
        '',
        null,
        false,
        ['b64'],
        ['exp'],
      ),
      fc.constant(stranger.publicKey.export({ format: 'jwk' })),
      fc.jsonValue({ maxDepth: 1 }),
    ),
  );
  const proof = fc.oneof(
    fc.constant(''),
    fc
      .constantFrom(...secrets)
      .map((secret) => (input: string) => createHmac('sha256', secret).update(input).digest('base64url')),
    fc.constant((input: string) =>
      sign('sha256', Buffer.from(input), stranger.privateKey).toString('base64url'),
    ),
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('base64url')),
  );
  await fc.assert(
    fc.asyncProperty(header, proof, async (header, proof) => {
      const input = `${encode(header)}.${encode({ iss: ISSUER, sub: 'mia' })}`;
      assert.equal(
        await verifyToken(pool, `${input}.${typeof proof === 'string' ? proof : proof(input)}`),
        undefined,
      );
    }),
  );
});

test('ATK-15 no bit of a token can be another, nor its parts those of two tokens', async () => {
  const body = encode({ iss: ISSUER, sub: 'mia' });
  const token = signed(HEAD, body);
  const parts = token.split('.');
  await fc.assert(
    fc.asyncProperty(fc.nat(2), fc.nat(255), fc.integer({ min: 1, max: 255 }), async (part, at, by) => {
      const bytes = Buffer.from(parts[part] ?? '', 'base64url');
      const index = at % bytes.length;
      bytes[index] = (bytes[index] ?? 0) ^ by;
      assert.equal(
        await verifyToken(pool, parts.with(part, bytes.toString('base64url')).join('.')),
        undefined,
      );
    }),
  );
  const other = signed(HEAD, encode({ iss: ISSUER, sub: 'admin' })).split('.');
  assert.equal(await verifyToken(pool, [parts[0], other[1], parts[2]].join('.')), undefined);
});

test('whatever is sent as a token, it is one or it is none', async () => {
  const near = textOf([
    '.',
    HEAD,
    encode({ iss: ISSUER }),
    'AAAA',
    '=',
    '-',
    ' ',
    '{}',
    encode(null),
    encode('x'),
  ]);
  await fc.assert(
    fc.asyncProperty(fc.oneof(near, anyText()), async (token) => {
      assert.equal(await verifyToken(pool, token), undefined);
    }),
  );
});
