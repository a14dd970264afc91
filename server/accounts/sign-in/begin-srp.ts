import { randomUUID } from 'node:crypto';
import { invalidParameter } from '../../errors.ts';
import type { Client, Pool } from '../../pool.ts';
import { answerExchange, readClientPublic } from '../srp/exchange.ts';
import { findTold } from './find-told.ts';
import { newSession, sealSession } from './session.ts';
import { serverPrivateOf, userOf, verifierOf } from './srp-secrets.ts';

export type SrpPool = Pick<Pool, 'id' | 'accounts' | 'sessions' | 'settings' | 'vault' | 'clock' | 'limits'>;

/**
 * What the server must know again when the proof comes. It travels sealed, so nothing is stored until then, and it holds
 * no more than it must: the longest name in any script leaves room in the 2048 characters that a session may have.
 */
export interface SrpState {
  /** As it was typed. */
  typed: string;
  /** Nobody's for a name without an account: a session is as long for one as for the other (ATK-47). */
  accountId: string;
  /** `A` and `u`, in base64url. */
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
  const session = sealSession<SrpState>(pool, client, SRP_CHALLENGE, {
    ...opened,
    typed: username,
    accountId: account?.id ?? randomUUID(),
    clientPublic: toText(clientPublic, 384),
    scramble: toText(scramble, 32),
  });
  const user = userOf(pool, account, username);
  return { user, salt: salt.toString(16), serverPublic: serverPublic.toString(16), session };
}

const toText = (number: bigint, bytes: number): string =>
  Buffer.from(number.toString(16).padStart(bytes * 2, '0'), 'hex').toString('base64url');
