/**
 * ID tokens of the `openid` profile, and what the library makes in their manner: user info as a JWT.
 * They are signed and verified by `tokens/`. The library knows the key that signed when the pool was opened, and would go
 * on with it after the next one took over, even when verifiers find it no more (HUI-206).
 */
import type Provider from 'oidc-provider';
import type { Client as LibraryClient } from 'oidc-provider';
import { tokenLifetimes } from '../../configuration/token-lifetimes.ts';
import type { Pool } from '../../pool.ts';
import type { Claims } from '../../tokens/claims.ts';
import { readIdTokenHint } from '../../tokens/id-token-hint.ts';
import { leftHalfHash } from '../../tokens/issue-tokens.ts';
import { signToken } from '../../tokens/sign-token.ts';
import { clientOf } from '../library-client.ts';

type Signing = Pick<Pool, 'id' | 'keys' | 'issuer' | 'clock'>;

/** The parts of the library's model that no declaration shows. */
interface IdToken {
  client: LibraryClient;
  payload(): Promise<Claims>;
}

interface Asked {
  /** Seconds since the epoch: user info is good for as long as the access token that fetched it. */
  expiresAt?: number;
}

export function makeIdTokensOurs(provider: Provider, pool: Signing): void {
  const { IdToken } = provider as unknown as { IdToken: { prototype: object; validate: unknown } };
  Object.assign(IdToken.prototype, {
    issue(this: IdToken, asked: Asked): Promise<string> {
      return issue(pool, this, asked);
    },
  });
  // A hint may be older than the key that signs now.
  IdToken.validate = async (hint: string, client: LibraryClient) => {
    const read = await readIdTokenHint(pool, hint);
    if (read?.clientId !== client.clientId) throw new Error('not an ID token of this pool and client');
    return { header: {}, payload: { sub: read.sub, aud: read.clientId } };
  };
}

async function issue(pool: Signing, token: IdToken, { expiresAt }: Asked): Promise<string> {
  const { client } = token;
  const iat = Math.floor(pool.clock.now() / 1000);
  const claims = {
    ...withHashes(await token.payload()),
    iss: pool.issuer,
    aud: client.clientId,
    iat,
    exp: expiresAt ?? iat + tokenLifetimes(clientOf(pool, client)).id,
  };
  return signToken(pool, 'id', claims);
}

/** The library names the token and the code themselves where their hashes belong. */
function withHashes(claims: Claims): Claims {
  const hashes = ['at_hash', 'c_hash'].flatMap((name) => {
    const of = claims[name];
    return typeof of === 'string' ? [[name, leftHalfHash(of)]] : [];
  });
  return { ...claims, ...Object.fromEntries(hashes) };
}
