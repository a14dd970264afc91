import { isPoolId } from '../configuration/pool-ids.ts';
import type { Claims } from '../tokens/claims.ts';
import { claimsVerifiedBefore } from '../tokens/verify-token.ts';

/** Whose call it was, as far as the call itself shows it. */
export interface Holder {
  pool?: string;
  client?: string;
  account?: string;
}

/** Who was signed in, signed up or made, by what a call answered. */
export function answeredHolder(answer: unknown): Holder | undefined {
  const { AuthenticationResult, UserSub, User } = (answer ?? {}) as {
    AuthenticationResult?: { AccessToken?: string; IdToken?: string };
    UserSub?: string;
    User?: { Attributes?: { Name?: string; Value?: string }[] };
  };
  const token = AuthenticationResult?.AccessToken ?? AuthenticationResult?.IdToken;
  if (token) return claimedHolder(token);
  const sub = UserSub ?? User?.Attributes?.find(({ Name }) => Name === 'sub')?.Value;
  return sub === undefined ? undefined : { account: sub };
}

/** Whose access token a call brought. To be asked only once the call has succeeded: then the token was verified. */
export function tokenSubject(input: unknown): Holder | undefined {
  const { AccessToken } = (input ?? {}) as { AccessToken?: unknown };
  if (typeof AccessToken !== 'string') return undefined;
  const claims = claimsVerifiedBefore(AccessToken);
  return claims ? holderIn(claims) : claimedHolder(AccessToken);
}

/** What a token of ours says; nothing is verified here. */
function claimedHolder(token: string): Holder | undefined {
  try {
    return holderIn(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()));
  } catch {
    return undefined;
  }
}

function holderIn({ iss, client_id: client, sub }: Claims): Holder {
  const pool = String(iss).split('/').at(-1) ?? '';
  const holder: Holder = {};
  if (isPoolId(pool)) holder.pool = pool;
  if (typeof client === 'string') holder.client = client;
  if (typeof sub === 'string') holder.account = sub;
  return holder;
}
