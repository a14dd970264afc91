/** Requests to the token endpoint with a proof of a key (RFC 9449). */
import type { Client } from '../../pool.ts';
import { type ApplicationKey, prove } from './proofs.ts';
import { type Answer, basic, post } from './requests.ts';
import { CALLBACK, type Stage } from './stage.ts';

type Parameters = Record<string, string | undefined>;

/** A pool whose clients get bound tokens. */
export const PROVING = { 'foyer:profile': 'openid', 'foyer:oauth-features': 'par dpop' };
export const SECRET = 'a-secret-of-the-tests-that-is-long-enough';

export const tokenAddress = (stage: Stage) => `${stage.base}/oauth2/token`;

/** At the token endpoint, with this header, or with a good proof by this key. */
export async function ask(
  stage: Stage,
  client: Client,
  given: Parameters,
  by: ApplicationKey | string | undefined,
): Promise<Answer> {
  const DPoP = typeof by === 'object' ? await prove(by, 'POST', tokenAddress(stage)) : by;
  const isPublic = client.secret === undefined;
  return post(
    stage,
    '/oauth2/token',
    { ...(isPublic && { client_id: client.id }), ...given },
    { ...(isPublic ? {} : basic(client)), ...(DPoP !== undefined && { DPoP }) },
  );
}

export const forCode = (code: string) => ({ grant_type: 'authorization_code', code, redirect_uri: CALLBACK });
export const forRefresh = (token: unknown) => ({
  grant_type: 'refresh_token',
  refresh_token: String(token),
});
export const forItself = { grant_type: 'client_credentials' };

/** A client that gets tokens for itself. */
export const machine = (stage: Stage, OpenId = {}): Promise<Client> =>
  stage.client(
    { AllowedOAuthFlows: ['client_credentials'], AllowedOAuthScopes: [], CallbackURLs: [], OpenId },
    SECRET,
  );
