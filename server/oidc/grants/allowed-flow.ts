/**
 * What an application may exchange for tokens, one grant of RFC 6749 per file. The library has read the form and
 * proven the client before one of these runs; they check the rest in Cognito's words and issue through `tokens/`,
 * as the implicit flow and the JSON API do. The library's own grants sign differently, know no grace period for
 * rotated tokens, and cannot tell a client of the implicit flow from one of the code flow.
 */
import { errors, type TokenEndpointGrantContext } from 'oidc-provider';
import type { OAuthFlow } from '#adapters/directory/records.ts';
import type { Client, Pool } from '../../pool.ts';
import { clientOf } from '../library-client.ts';

/** Its parameters are strings: the library has refused those that were given twice. */
export type GrantContext = TokenEndpointGrantContext<{ [name: string]: string | undefined }>;

/** The client of the request. Throws `unauthorized_client` when it may not use the flow (HUI-29, HUI-140, HUI-143). */
export function clientAllowed(pool: Pick<Pool, 'id'>, ctx: GrantContext, flow: OAuthFlow): Client {
  const client = clientOf(pool, ctx.oidc.client);
  const { AllowedOAuthFlowsUserPoolClient: enabled, AllowedOAuthFlows: flows } = client.settings;
  if (!enabled || !flows.includes(flow))
    throw new errors.UnauthorizedClient(`the client may not use the ${flow} flow`);
  return client;
}

/** A parameter that must be there. Throws `invalid_request`. */
export function required(ctx: GrantContext, name: string): string {
  const value = ctx.oidc.params[name];
  if (!value) throw new errors.InvalidRequest(`${name} is missing`);
  return value;
}
