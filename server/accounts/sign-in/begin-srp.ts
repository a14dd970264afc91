import { randomUUID } from 'node:crypto';
import { invalidParameter } from '../../errors.ts';
import type { Client, Pool } from '../../pool.ts';
import { answerExchange, readClientPublic } from '../srp/exchange.ts';
import { findTold } from './find-told.ts';
import { newSession, sealSession } from './session.ts';
import { serverPrivateOf, userInstead, verifierOf } from './srp-secrets.ts';

export type SrpPool = Pick<Pool, 'id' | 'accounts' | 'sessions' | 'settings' | 'vault' | 'clock' | 'limits'>;

/** What the server must know again when the proof comes. It travels sealed, so nothing is stored until then. */
export interface SrpState {
  /** As it was typed. */
  typed: string;
  /** The name that the client computes with. */
  user: string;
  /** Nobody's for a name without an account: a session is as long for one as for the other (ATK-47). */
  accountId: string;
  /** `A` and `u`, in hexadecimal. */
  clientPublic: string;
  scramble: string;
}

export interface SrpChallenge {
  user: string;
  /** Numbers as clients read them: hexadecimal, in lower case, without zeros in front. */
  salt: string;
  serverPublic: string;
  session: string;
}

export const SRP_CHALLENGE = 'PASSWORD_VERIFIER';

/**
 * Begins to prove a password by SRP. A name without an account, where the client hides that, and an account whose
 * password came as a hash get numbers that look like any and lead nowhere (SEC-34).
 * @param srpA `A` in hexadecimal
 * @throws Refusal `invalid-parameter`, and as `findTold`
 */
export async function beginSrp(
  pool: SrpPool,
  client: Client,
  { username, srpA, address }: { username: string; srpA: string; address?: string },
): Promise<SrpChallenge> {
  const clientPublic = readClientPublic(srpA);
  if (clientPublic === undefined) throw invalidParameter('SRP_A is not a number of the group.');
  const account = await findTold(pool, client, { username, address });
  const { salt, verifier } = verifierOf(pool, account, username);
  const opened = newSession(pool, client);
  const exchange = { clientPublic, serverPrivate: serverPrivateOf(pool, opened.id), verifier };
  const { serverPublic, scramble } = await answerExchange(exchange);
  const user = account?.username ?? userInstead(pool, username);
  const session = sealSession<SrpState>(pool, client, SRP_CHALLENGE, {
    ...opened,
    typed: username,
    user,
    accountId: account?.id ?? randomUUID(),
    clientPublic: clientPublic.toString(16).padStart(768, '0'),
    scramble: scramble.toString(16).padStart(64, '0'),
  });
  return { user, salt: salt.toString(16), serverPublic: serverPublic.toString(16), session };
}
