import { errors } from 'oidc-provider';
import { featuresOf, openIdSettingsOf } from '../../../configuration/openid/features.ts';
import type { Client, Pool } from '../../../pool.ts';
import { type Subject, verifySubjectToken } from '../../../tokens/verify-subject-token.ts';
import type { Asked } from './exchange-token.ts';

export const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
const ID_TOKEN = 'urn:ietf:params:oauth:token-type:id_token';

/** Of each type what the pool's own tokens say of themselves. */
const USES = new Map([
  [ACCESS_TOKEN, 'access'],
  [ID_TOKEN, 'id'],
] as const);

/**
 * The token that was handed in, if this client may exchange it. Everything that is wrong with the token is
 * `invalid_request` (section 2.2.2), in the same words: whoever found a token learns nothing about it here.
 */
export async function subjectOf(pool: Pool, asking: Client, asked: Asked): Promise<Subject> {
  const { subject_token: token, subject_token_type: type } = asked;
  if (!token) throw new errors.InvalidRequest('missing required parameter subject_token');
  if (!type) throw new errors.InvalidRequest('missing required parameter subject_token_type');
  const use = USES.get(type as typeof ACCESS_TOKEN);
  if (!use) throw new errors.InvalidRequest(`subject_token_type can be ${[...USES.keys()].join(' or ')}`);
  const subject = await verifySubjectToken(pool, token, { use, asking });
  if (!subject || !mayExchange(pool, asking, subject) || (use === 'id' && isBoundOnly(pool, subject)))
    throw new errors.InvalidRequest('subject_token is not valid, or not for this client to exchange');
  return subject;
}

/**
 * A token may be exchanged by the client that it was given to, by the one that it was made for, and by those that its
 * client names. Without this rule whoever steals a token, or is sent one that was meant for somebody else, could turn
 * it into one for a place where it was never good.
 */
function mayExchange(pool: Pick<Pool, 'tags'>, asking: Client, { client, claims }: Subject): boolean {
  if (client.id === asking.id || claims['aud'] === asking.id) return true;
  // A list that was left behind when the feature was taken away lets nobody in.
  if (!featuresOf(pool, client).has('token-exchange')) return false;
  return openIdSettingsOf(pool, client).token_exchange_audiences?.includes(asking.id) ?? false;
}

/** No ID token is bound to a key. In place of an access token it would buy what that buys with a proof alone. */
function isBoundOnly(pool: Pick<Pool, 'tags'>, { client }: Subject): boolean {
  return openIdSettingsOf(pool, client).dpop_bound_access_tokens === true;
}
