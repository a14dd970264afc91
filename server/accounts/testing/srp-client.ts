/** The other side of SRP, for tests of rules: what an application computes. */
import { createHmac, randomBytes } from 'node:crypto';
import type { Pool } from '../../pool.ts';
import { srpIdentity } from '../password-proof.ts';
import type { SrpChallenge } from '../sign-in/begin-srp.ts';
import { claimSignature } from '../srp/exchange.ts';
import { G, K, N, pad, sha256Integer, toInteger } from '../srp/group.ts';
import { modExp } from '../srp/mod-exp.ts';
import { privateKeyOf } from '../srp/verifier.ts';

export async function openSrpClient(pool: Pick<Pool, 'id' | 'clock'>) {
  const a = toInteger(randomBytes(32));
  const clientPublic = await modExp(G, a);
  return {
    srpA: clientPublic.toString(16),
    async prove(challenge: SrpChallenge, password: string, at: number = pool.clock.now()) {
      const identity = srpIdentity(pool, challenge.user);
      const x = privateKeyOf(identity, password, BigInt(`0x${challenge.salt}`));
      const serverPublic = BigInt(`0x${challenge.serverPublic}`);
      const u = sha256Integer(pad(clientPublic), pad(serverPublic));
      const base = (((serverPublic - K * (await modExp(G, x))) % N) + N) % N;
      const secret = await modExp(base, a + u * x);
      const extracted = createHmac('sha256', pad(u)).update(pad(secret)).digest();
      const key = createHmac('sha256', extracted)
        .update('Caldera Derived Key\u0001')
        .digest()
        .subarray(0, 16);
      const timestamp = timestampOf(at);
      return {
        session: challenge.session,
        username: challenge.user,
        timestamp,
        signature: claimSignature(key, identity, Buffer.from(challenge.session), timestamp).toString(
          'base64',
        ),
      };
    },
  };
}

function timestampOf(at: number): string {
  const [weekday, day, month, year, time] = new Date(at).toUTCString().replace(',', '').split(' ');
  return `${weekday} ${month} ${Number(day)} ${time} UTC ${year}`;
}
