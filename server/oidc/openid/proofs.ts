/**
 * Tokens that are bound to a key of the application (RFC 9449). The library checks each proof; here is what it is told
 * of nonces, and the memory of proofs and assertions that were used.
 */
import Provider, { type Configuration, errors } from 'oidc-provider';
import { AlreadyExists } from '#adapters/errors.ts';
import type { Pool } from '../../pool.ts';
import { hashed } from '../storage.ts';

/** Nonces are given out and taken, so that a client with a wrong clock can go on, and asked of nobody. */
export function proofs({ id, vault }: Pick<Pool, 'id' | 'vault'>) {
  return {
    enabled: true,
    nonceSecret: vault.derive(`DPoP nonces of ${id}`),
    requireNonce: () => false,
  } satisfies NonNullable<Configuration['features']>['dPoP'];
}

/**
 * Seconds. The library forgets a proof five minutes after it came; one that was made by a clock five minutes ahead is
 * good for ten.
 */
const AHEAD = 300;

/**
 * In place of the library's own, which looks and then writes: of any number of callers with the same proof or assertion
 * one is the first, in all processes (RFC 9449 section 11.1, RFC 7523 section 3). An id is one of a client's proofs or of
 * its assertions: both may count from one.
 * @returns whether an assertion is the first; a proof that is not throws InvalidDpopProof, the error that RFC 9449
 * section 5 has for it, where the library would say that the code or the refresh token is no good
 */
export function noteOnce(pool: Pick<Pool, 'sessions'>) {
  return async (issuer: string, jti: string, exp: number): Promise<boolean> => {
    const until = (exp + AHEAD) * 1000;
    const asserted = isAssertion();
    const name = JSON.stringify(asserted ? [issuer, jti] : [issuer, jti, 'DPoP']);
    try {
      await pool.sessions.create('seen-proof', hashed(name), {}, until);
      return true;
    } catch (error) {
      if (!(error instanceof AlreadyExists)) throw error;
      if (asserted) return false;
      throw new errors.InvalidDpopProof('DPoP proof was used already');
    }
  };
}

const proven = new WeakSet<object>();

/** The library does not say which it asks about. A client proves itself once in a request, and before all else. */
function isAssertion(): boolean {
  const ctx = Provider.ctx;
  if (!ctx || proven.has(ctx) || ctx.oidc.params?.['client_assertion'] === undefined) return false;
  proven.add(ctx);
  return true;
}
