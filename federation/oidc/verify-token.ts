import { errors, type JWTHeaderParameters, type JWTPayload, jwtVerify } from 'jose';
import { type Environment, ProviderFault } from '../provider.ts';
import { keySet } from './key-set.ts';

/** What a token must be to be believed. */
export interface Expected {
  /** Any of them; `{tenantid}` is filled from the claim `tid`. */
  issuers: readonly string[];
  clientId: string;
  clientSecret: string;
  jwksUri: string;
  /** What the provider says that it signs with; undefined when it does not say. */
  algorithms?: readonly string[];
}

const PUBLIC_KEY = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512'],
  ...['EdDSA', 'Ed25519'],
];
const SHARED_SECRET = ['HS256', 'HS384', 'HS512'];
/** Clocks of providers are off by some seconds, seldom by more. */
const SKEW_SECONDS = 60;

/**
 * Verifies an ID token (OpenID Connect Core 3.1.3.7): algorithm, signature, issuer, audience, authorized party, times,
 * nonce. Everything is verified here and nowhere else. Throws ProviderFault `not-verified`, or `unreachable` when the
 * keys cannot be read.
 */
export async function verifyIdToken(
  token: string,
  expected: Expected & { nonce?: string },
  environment: Environment,
): Promise<JWTPayload & { sub: string }> {
  const claims = await verifySignature('ID token', token, expected, environment, {
    audience: expected.clientId,
    requiredClaims: ['iss', 'sub', 'aud', 'exp', 'iat'],
  });
  const refuse = (why: string) => new ProviderFault('not-verified', `ID token: ${why}`);
  if (!isIssuer(claims, expected.issuers)) throw refuse('it is of another issuer');
  if (expected.nonce !== undefined && claims['nonce'] !== expected.nonce)
    throw refuse('its nonce is not the one that was sent');
  const several = Array.isArray(claims.aud) && claims.aud.length > 1;
  // A token for several readers says which of them asked for it; ours must not be one that another asked for.
  if ((several || claims['azp'] !== undefined) && claims['azp'] !== expected.clientId)
    throw refuse('another client asked for it (azp)');
  if ((claims.iat ?? 0) > environment.clock.now() / 1000 + SKEW_SECONDS) throw refuse('it is of the future');
  if (typeof claims.sub !== 'string' || claims.sub === '') throw refuse('it names nobody');
  return { ...claims, sub: claims.sub };
}

/**
 * Verifies signed user info (OpenID Connect Core 5.3.2). Issuer and audience may be missing there, but when they are
 * given they are ours. Whose it is, the caller compares.
 */
export async function verifyUserInfo(
  token: string,
  expected: Expected,
  environment: Environment,
): Promise<JWTPayload> {
  const claims = await verifySignature(
    'user info',
    token,
    { ...expected, algorithms: undefined },
    environment,
    {},
  );
  const audiences = claims.aud === undefined ? [expected.clientId] : [claims.aud].flat();
  if (
    (claims.iss !== undefined && !isIssuer(claims, expected.issuers)) ||
    !audiences.includes(expected.clientId)
  )
    throw new ProviderFault('not-verified', 'user info: it is of another issuer or for another client');
  return claims;
}

async function verifySignature(
  what: string,
  token: string,
  expected: Expected,
  environment: Environment,
  checks: { audience?: string; requiredClaims?: string[] },
): Promise<JWTPayload> {
  const published = keySet(expected.jwksUri, environment);
  const secret = new TextEncoder().encode(expected.clientSecret);
  // A secret is the key of HMAC only: what is published is never tried as one.
  const key = (header: JWTHeaderParameters, input: Parameters<typeof published>[1]) =>
    SHARED_SECRET.includes(header.alg) ? secret : published(header as Parameters<typeof published>[0], input);
  try {
    const { payload } = await jwtVerify(token, key, {
      ...checks,
      algorithms: algorithms(expected),
      clockTolerance: SKEW_SECONDS,
      currentDate: new Date(environment.clock.now()),
    });
    return payload;
  } catch (cause) {
    if (cause instanceof ProviderFault) throw cause;
    // A key that was published can be unfit in ways that only the cryptography underneath knows of.
    const why = cause instanceof errors.JOSEError ? cause.message : 'it cannot be verified';
    throw new ProviderFault('not-verified', `${what}: ${why}`, { cause });
  }
}

/** What the provider says of its algorithms, as far as they are safe; `none` never is. */
function algorithms({ algorithms, clientSecret }: Expected): string[] {
  const safe = clientSecret ? [...PUBLIC_KEY, ...SHARED_SECRET] : PUBLIC_KEY;
  return algorithms ? safe.filter((algorithm) => algorithms.includes(algorithm)) : safe;
}

function isIssuer(claims: JWTPayload, issuers: readonly string[]): boolean {
  const tenant = typeof claims['tid'] === 'string' && /^[\w-]+$/.test(claims['tid']) ? claims['tid'] : '';
  return issuers.some((issuer) => {
    const template = issuer.includes('{tenantid}');
    return (!template || tenant !== '') && claims.iss === issuer.replace('{tenantid}', tenant);
  });
}
