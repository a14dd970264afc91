/** Keys of an application, and what it signs with them: proofs (RFC 9449) and assertions (RFC 7523). */
import { createHash, randomUUID } from 'node:crypto';
import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { PublicClientJwk } from '#adapters/directory/records.ts';

export interface ApplicationKey {
  alg: string;
  privateKey: CryptoKey;
  /** With its `kid`. */
  jwk: PublicClientJwk;
  thumbprint: string;
}

export async function newKey(alg = 'ES256', kid: string = randomUUID()): Promise<ApplicationKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const jwk = await exportJWK(publicKey);
  return {
    alg,
    privateKey,
    jwk: { ...jwk, kid } as PublicClientJwk,
    thumbprint: await calculateJwkThumbprint(jwk),
  };
}

/** What is written over the usual claims or header of a proof; `undefined` leaves a member out. */
interface Changes {
  claims?: Record<string, unknown>;
  header?: Record<string, unknown>;
  /** Shown with it. */
  accessToken?: string;
}

/** A proof for one request, as a client library makes it. */
export function prove(
  { alg, privateKey, jwk: { kid: _, ...jwk } }: ApplicationKey,
  htm: string,
  htu: string,
  { claims, header, accessToken }: Changes = {},
): Promise<string> {
  const ath = accessToken && createHash('sha256').update(accessToken).digest('base64url');
  const usual = { jti: randomUUID(), htm, htu, iat: Math.floor(Date.now() / 1000), ...(ath && { ath }) };
  return new SignJWT({ ...usual, ...claims })
    .setProtectedHeader({ alg, typ: 'dpop+jwt', jwk, ...header })
    .sign(privateKey);
}

/** What a client proves itself with, good for a minute. */
export function assertion(
  { alg, privateKey, jwk }: Pick<ApplicationKey, 'alg' | 'jwk'> & { privateKey: CryptoKey | Uint8Array },
  clientId: string,
  aud: string | string[],
  { claims, header }: Omit<Changes, 'accessToken'> = {},
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const usual = { iss: clientId, sub: clientId, aud, jti: randomUUID(), iat: now, exp: now + 60 };
  return new SignJWT({ ...usual, ...claims })
    .setProtectedHeader({ alg, kid: jwk.kid, ...header })
    .sign(privateKey);
}

/** As parameters of a request. */
export async function asserting(...of: Parameters<typeof assertion>): Promise<Record<string, string>> {
  return {
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await assertion(...of),
  };
}
