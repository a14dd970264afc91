import { makeSigningPair } from './authority.ts';
import type { CertificatePair } from './certificate-pair.ts';

const YEARS = 10;

/**
 * The pair with which a pool signs what it sends to SAML identity providers: RSA of 2048 bits, named after the pool,
 * for ten years, because administrators of partners install it by hand (FED-100). Whoever keeps it seals the key.
 * @param now milliseconds since the epoch.
 */
export function samlSigningPair(poolId: string, now: number): CertificatePair {
  // A partner whose clock is a little behind must not refuse it on its first day.
  const validFrom = now - 24 * 3_600_000;
  const end = new Date(now);
  end.setUTCFullYear(end.getUTCFullYear() + YEARS);
  return makeSigningPair(poolId, { validFrom, validTo: end.getTime() });
}
