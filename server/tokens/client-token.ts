import type { Limiting } from '../accounts/limits/take-turn.ts';
import { isSecretOf } from '../configuration/check-secret-hash.ts';
import { CLIENT_TOKEN_FLOW } from '../configuration/client-rules.ts';
import { grantableScopes } from '../configuration/grantable-scopes.ts';
import { refuseUnbound } from '../configuration/openid/refuse-unbound.ts';
import { invalidParameter, Refusal } from '../errors.ts';
import type { Client } from '../pool.ts';
import { type Issuing, issueClientToken } from './issue-tokens.ts';
import { proveClient } from './prove-client.ts';

/**
 * A token for the client itself through the API, with the scopes that the client credentials flow of the token endpoint
 * gives it.
 * @throws Refusal `client-not-authorized`, `operation-not-enabled`, `invalid-parameter`,
 * `too-many-requests` after too many wrong secrets from one address
 */
export async function clientToken(
  pool: Issuing & Limiting,
  client: Client,
  { secret, scopes, address }: { secret: string; scopes?: readonly string[]; address?: string },
): Promise<{ accessToken: string; expiresIn: number }> {
  await proveClient(pool, address, () => {
    if (!isSecretOf(client, secret)) throw new Refusal('client-not-authorized');
  });
  const { ExplicitAuthFlows, AllowedOAuthFlows, AllowedOAuthFlowsUserPoolClient } = client.settings;
  const byOAuth = AllowedOAuthFlowsUserPoolClient && AllowedOAuthFlows.includes('client_credentials');
  if (!byOAuth && !ExplicitAuthFlows.includes(CLIENT_TOKEN_FLOW))
    throw new Refusal('operation-not-enabled', {
      message: `Client ${client.id} is not enabled for ${CLIENT_TOKEN_FLOW}.`,
    });
  refuseUnbound(pool, client);
  const decision = grantableScopes(pool, client).granted(scopes, 'client-credentials');
  if ('scopes' in decision) return issueClientToken(pool, client, decision.scopes);
  throw decision.scope === ''
    ? invalidParameter('The client has no scopes that it could be given.')
    : invalidParameter(`The client may not have the scope ${decision.scope}.`);
}
