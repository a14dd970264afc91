import { isPoolId } from '../configuration/pool-ids.ts';

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
  return typeof AccessToken === 'string' ? claimedHolder(AccessToken) : undefined;
}

/** What a token of ours says; nothing is verified here. */
function claimedHolder(token: string): Holder | undefined {
  try {
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    const pool = String(claims.iss).split('/').at(-1) ?? '';
    return {
      ...(isPoolId(pool) && { pool }),
      ...(typeof claims.client_id === 'string' && { client: claims.client_id }),
      ...(typeof claims.sub === 'string' && { account: claims.sub }),
    };
  } catch {
    return undefined;
  }
}
