import { errors } from 'oidc-provider';
import type { Client, Pool } from '../../../pool.ts';
import { verifyClientToken } from '../../../tokens/verify-client-token.ts';
import { verifySubjectToken } from '../../../tokens/verify-subject-token.ts';
import type { Asked } from './exchange-token.ts';
import { ACCESS_TOKEN } from './subject.ts';

/** The `act` claim (section 4.1): who acts for the subject, and on whose behalf before. */
export interface Actor {
  sub: string;
  act?: Actor;
}

/** Each link makes every later token longer; a call that goes through more services than this goes in circles. */
const MOST_ACTORS = 5;

/**
 * Who acts, of `actor_token`; without one, those who acted before. The token must have been given to the client that
 * asks: it cannot act in the name of another.
 * @param before the `act` claim of the subject token, which this pool signed
 */
export async function actorOf(
  pool: Pool,
  asking: Client,
  { actor_token: token, actor_token_type: type }: Asked,
  before: unknown,
): Promise<Actor | undefined> {
  const acted = before as Actor | undefined;
  if (token === undefined) {
    if (type !== undefined) throw new errors.InvalidRequest('actor_token_type is for an actor_token only');
    return acted;
  }
  if (type !== ACCESS_TOKEN) throw new errors.InvalidRequest(`actor_token_type must be ${ACCESS_TOKEN}`);
  if (lengthOf(acted) >= MOST_ACTORS)
    throw new errors.InvalidRequest(`more than ${MOST_ACTORS} would have acted one after the other`);
  const sub = await ownerOf(pool, asking, token);
  if (sub === undefined)
    throw new errors.InvalidRequest('actor_token is not valid, or was not given to this client');
  return { sub, ...(acted && { act: acted }) };
}

/** The client itself, or a person who signed in to it. A bound token is refused: the one proof is the subject's. */
async function ownerOf(pool: Pool, asking: Client, token: string): Promise<string | undefined> {
  const machine = await verifyClientToken(pool, token);
  if (machine) return machine.client.id === asking.id ? machine.client.id : undefined;
  const person = await verifySubjectToken(pool, token, { use: 'access', asking });
  if (person?.client.id !== asking.id || person.jkt !== undefined) return undefined;
  return person.account.id;
}

function lengthOf(actor: Actor | undefined): number {
  return actor ? 1 + lengthOf(actor.act) : 0;
}
