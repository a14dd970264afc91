/**
 * Token exchange (RFC 8693): a confidential client hands in the token of a person and gets one for another client or
 * resource of the pool. Neighbours: `tokens/` verifies and signs, `refuse-switched-off.ts` keeps out clients without the
 * feature. Never: a token that allows more, lives longer or outlives the sign-in that the first one came from; a
 * refresh token; a token of another pool or issuer.
 */
import { randomUUID } from 'node:crypto';
import type Provider from 'oidc-provider';
import { errors, type TokenEndpointGrantContext } from 'oidc-provider';
import { checkDpopReplay, checkDpopRequired, validateDpop } from 'oidc-provider/lib/helpers/grants.js';
import { groupsOf } from '../../../accounts/groups/groups-of.ts';
import { tokenLifetimes } from '../../../configuration/token-lifetimes.ts';
import type { Client, Pool } from '../../../pool.ts';
import { accessTokenClaims } from '../../../tokens/claims.ts';
import { groupClaims } from '../../../tokens/group-claims.ts';
import { signToken } from '../../../tokens/sign-token.ts';
import type { Subject } from '../../../tokens/verify-subject-token.ts';
import { clientOf } from '../../library-client.ts';
import { TOKEN_EXCHANGE } from '../grant-types.ts';
import { type Actor, actorOf } from './actor.ts';
import { ACCESS_TOKEN, subjectOf } from './subject.ts';
import { grantedScopes, targetOf } from './target.ts';

/** Section 2.1. A token may be asked for several targets; all else is given once. */
const TARGETS = ['audience', 'resource'] as const;
const SINGLE = [
  'scope',
  'requested_token_type',
  'subject_token',
  'subject_token_type',
  'actor_token',
  'actor_token_type',
] as const;

export type Asked = Partial<Record<(typeof SINGLE)[number], string>> &
  Partial<Record<(typeof TARGETS)[number], string | string[]>>;

export function registerTokenExchange(provider: Provider, pool: Pool): void {
  const grant = (ctx: TokenEndpointGrantContext<Asked>) => exchange(provider, pool, ctx);
  provider.registerGrantType<Asked>(TOKEN_EXCHANGE, grant, [...TARGETS, ...SINGLE], TARGETS);
}

async function exchange(
  provider: Provider,
  pool: Pool,
  ctx: TokenEndpointGrantContext<Asked>,
): Promise<void> {
  const { client: libraryClient, params } = ctx.oidc;
  if (libraryClient.clientAuthMethod === 'none')
    throw new errors.UnauthorizedClient('a client that proves nothing cannot exchange tokens');
  if (params.requested_token_type !== undefined && params.requested_token_type !== ACCESS_TOKEN)
    throw new errors.InvalidRequest(`requested_token_type can be ${ACCESS_TOKEN} only`);
  const client = clientOf(pool, libraryClient);
  const proof = await validateDpop(provider, ctx);
  checkDpopRequired(provider, ctx, proof);
  const subject = await subjectOf(pool, client, params);
  if (subject.jkt !== undefined && subject.jkt !== proof?.thumbprint)
    throw new errors.InvalidRequest('subject_token is bound to a key: a DPoP proof of that key is needed');
  const accountId = subject.account.id;
  // Whose token it is, for the audit.
  ctx.oidc.entity('Account', { accountId, claims: () => ({ sub: accountId }) });
  const actor = await actorOf(pool, client, params, subject.claims['act']);
  const target = await targetOf(pool, client, params);
  const scopes = grantedScopes(subject.scopes, target, params.scope);
  if (proof) await checkDpopReplay(provider, ctx, proof, client.id);
  ctx.body = await issue(pool, { client, subject, actor, scopes, aud: target.aud, jkt: proof?.thumbprint });
}

interface Exchanged {
  client: Client;
  subject: Subject;
  actor: Actor | undefined;
  scopes: string[];
  aud: string;
  jkt: string | undefined;
}

/** Section 2.2.1. The token belongs to the sign-in of the one that was handed in, and ends no later. */
async function issue(pool: Pool, { client, subject, actor, scopes, aud, jkt }: Exchanged): Promise<object> {
  const { account, grant, expiresAt } = subject;
  const iat = Math.floor(pool.clock.now() / 1000);
  const exp = Math.min(expiresAt, iat + tokenLifetimes(client).access);
  const token = await signToken(
    pool,
    'access',
    {
      ...accessTokenClaims(client, account, grant, scopes),
      ...groupClaims(await groupsOf(pool, account)),
      iss: pool.issuer,
      aud,
      iat,
      exp,
      jti: randomUUID(),
      ...(actor && { act: actor }),
      ...(jkt && { cnf: { jkt } }),
    },
    'at+jwt',
  );
  return {
    access_token: token,
    issued_token_type: ACCESS_TOKEN,
    token_type: jkt ? 'DPoP' : 'Bearer',
    expires_in: exp - iat,
    scope: scopes.join(' '),
  };
}
