/**
 * Public keys that a client proves itself with (RFC 7517). A private one would sit in the store, in backups and in
 * whatever shows the client: it is refused, not stripped, since its owner has to know that it must be replaced.
 */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';

/** RFC 7518 sections 6.2.2, 6.3.2 and 6.4.1, and `priv` of keys with a type of their own (AKP). */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'];

const MOST_KEYS = 20;

const CURVES = ['P-256', 'P-384', 'P-521', 'Ed25519'];

/** Shorter ones are too weak (RFC 7518 section 3.3); a longer one would keep the verifier busy. */
const RSA_BITS = { least: 2048, most: 8192 };

const text = z.string().min(1).max(256);
/** As long as the modulus of the longest RSA key. */
const number = z
  .string()
  .regex(/^[\w-]+$/, 'is in base64url')
  .max(1400);

/** What is kept of a key. Members that mean nothing here are left out, as RFC 7517 section 4 has it. */
const members = z.object({
  kty: z.enum(['RSA', 'EC', 'OKP'], { error: 'is RSA, EC or OKP: a shared key is no public one' }),
  kid: text.optional(),
  use: text.optional(),
  alg: text.optional(),
  key_ops: z.array(text).max(8).optional(),
  n: number.optional(),
  e: number.optional(),
  crv: text.optional(),
  x: number.optional(),
  y: number.optional(),
});

type Members = z.infer<typeof members>;

const publicJwk = z
  .custom<Record<string, unknown>>(holdsNothingPrivate, {
    error: 'must hold the public half only',
    abort: true,
  })
  .pipe(members)
  .superRefine((key, context) => {
    const fault = keyFault(key);
    if (fault) context.addIssue({ code: 'custom', message: fault });
  });

/** A JWK Set of public keys only (RFC 7517 section 5); its messages never hold what was given. */
export const publicJwks = z.strictObject({
  keys: z.array(publicJwk).min(1).max(MOST_KEYS).refine(haveDistinctIds, 'must not have the same kid twice'),
});

function holdsNothingPrivate(key: unknown): boolean {
  return typeof key !== 'object' || key === null || !PRIVATE_MEMBERS.some((name) => name in key);
}

function haveDistinctIds(keys: Members[]): boolean {
  const ids = keys.flatMap(({ kid }) => kid ?? []);
  return new Set(ids).size === ids.length;
}

/** Why this is no key that a signature could be verified with. */
function keyFault(jwk: Members): string | undefined {
  if (jwk.crv !== undefined && !CURVES.includes(jwk.crv)) return `has a crv of ${CURVES.join(', ')}`;
  let key: KeyObject;
  try {
    key = createPublicKey({ key: jwk, format: 'jwk' });
  } catch {
    return 'is not a public key';
  }
  const { modulusLength: bits, publicExponent } = key.asymmetricKeyDetails ?? {};
  if (bits === undefined) return undefined;
  if (bits < RSA_BITS.least || bits > RSA_BITS.most)
    return `has ${RSA_BITS.least} to ${RSA_BITS.most} bits where it is an RSA key`;
  // With 1 every message is its own signature.
  return publicExponent !== undefined && publicExponent >= 3n ? undefined : 'has an exponent of 3 or more';
}
