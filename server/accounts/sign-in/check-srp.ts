import { timingSafeEqual } from 'node:crypto';
import type { Account } from '#adapters/accounts/store.ts';
import { invalidParameter, Refusal } from '../../errors.ts';
import type { Client } from '../../pool.ts';
import { srpIdentity } from '../password-proof.ts';
import { claimSignature, sharedKey } from '../srp/exchange.ts';
import { toInteger } from '../srp/group.ts';
import { SRP_CHALLENGE, type SrpPool, type SrpState } from './begin-srp.ts';
import { checkMeant } from './check-meant.ts';
import { checkFirstFactor } from './first-factor.ts';
import { openSession, type Session, useSession } from './session.ts';
import { serverPrivateOf, userOf, verifierOf } from './srp-secrets.ts';

export interface SrpProof {
  /** The session that `beginSrp` gave, as it came back. */
  session: string;
  username: string;
  /** As the client wrote and signed it, such as `Tue Mar 5 09:07:03 UTC 2019`. */
  timestamp: string;
  /** Base64. */
  signature: string;
  /** The client's, as far as it is known. */
  address?: string;
}

/** How far a client's clock may be off. */
const SKEW_MS = 5 * 60_000;

/**
 * The account whose password was proven, and the name that was typed for it. A session is good for one proof, right or
 * wrong (SEC-62). As `checkPassword`, it leaves what must follow to `next-challenge.ts`.
 * @throws Refusal as `openSession`, `useSession` and `checkFirstFactor`; `invalid-parameter`, `timestamp-skewed`
 */
export async function checkSrp(
  pool: SrpPool,
  client: Client,
  { session, username, timestamp, signature, address }: SrpProof,
): Promise<{ account: Account; typed: string }> {
  const state = openSession<SrpState>(pool, client, SRP_CHALLENGE, session);
  if (Math.abs(readTimestamp(timestamp) - pool.clock.now()) > SKEW_MS) throw new Refusal('timestamp-skewed');
  const find = () => pool.accounts.find(state.accountId);
  if (username !== state.typed) {
    const user = userOf(pool, await find(), state.typed);
    await checkMeant(pool, { ...state, user }, { username, address });
  }
  await useSession(pool, state);
  const { account } = await checkFirstFactor(pool, client, {
    username: state.typed,
    address,
    find,
    async check(found) {
      const key = await keyOf(pool, state, found);
      const identity = srpIdentity(pool, userOf(pool, found, state.typed));
      const expected = claimSignature(key, identity, Buffer.from(session), timestamp);
      const given = Buffer.from(signature, 'base64');
      const same = given.length === expected.length && timingSafeEqual(given, expected);
      return { matches: same && found !== undefined };
    },
  });
  return { account, typed: state.typed };
}

function keyOf(pool: SrpPool, state: SrpState & Session, found: Account | undefined): Promise<Buffer> {
  return sharedKey({
    clientPublic: toInteger(Buffer.from(state.clientPublic, 'base64url')),
    scramble: toInteger(Buffer.from(state.scramble, 'base64url')),
    serverPrivate: serverPrivateOf(pool, state.id),
    verifier: verifierOf(pool, found, state.typed).verifier,
  });
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Milliseconds since the epoch. @throws Refusal `invalid-parameter` */
function readTimestamp(text: string): number {
  const [, month = '', day, hours, minutes, seconds, year] =
    /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d{1,2}) (\d\d):(\d\d):(\d\d) UTC (\d{4})$/.exec(text) ?? [];
  if (!MONTHS.includes(month))
    throw invalidParameter('TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.');
  return Date.UTC(
    Number(year),
    MONTHS.indexOf(month),
    Number(day),
    Number(hours),
    Number(minutes),
    Number(seconds),
  );
}
