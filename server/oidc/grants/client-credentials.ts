/** A client's own token (RFC 6749 section 4.4; HUI-37, 141..143, 200): custom scopes only, and never without a secret. */
import { errors } from 'oidc-provider';
import { grantableScopes } from '../../configuration/grantable-scopes.ts';
import type { Pool } from '../../pool.ts';
import { type Issuing, issueClientToken } from '../../tokens/issue-tokens.ts';
import { tokenAnswer } from '../dialect/token-answer.ts';
import { clientAllowed, type GrantContext } from './allowed-flow.ts';

export async function grantToClient(pool: Issuing & Pick<Pool, 'id'>, ctx: GrantContext): Promise<void> {
  const client = clientAllowed(pool, ctx, 'client_credentials');
  if (client.secret === undefined) throw new errors.UnauthorizedClient('the client has no secret');
  const requested = ctx.oidc.params['scope']?.split(' ').filter(Boolean);
  const decision = grantableScopes(pool, client).granted(requested, 'client-credentials');
  if ('refused' in decision)
    throw new errors.InvalidScope('the client may not have this scope', decision.scope);
  ctx.body = tokenAnswer(await issueClientToken(pool, client, decision.scopes));
}
