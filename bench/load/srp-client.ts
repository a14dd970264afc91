/**
 * The client's side of SRP, with the arithmetic of the product: the official clients compute with numbers in JavaScript
 * and take a hundred times as long, so that they and not the server would be measured.
 */
import { createHmac } from 'node:crypto';
import { timestampOf } from '../../e2e/srp-client.ts';
import { G, K, N, pad, sha256, sha256Integer, toInteger } from '../../server/accounts/srp/group.ts';
import { modExp } from '../../server/accounts/srp/mod-exp.ts';

type Texts = Record<string, string>;

/** Who has signed in once is known from then on: a person's salt stays. */
const secrets = new Map<string, { x: bigint; power: bigint }>();

async function secretOf(group: string, user: string, salt: string, password: string) {
  const key = `${user} ${salt}`;
  let secret = secrets.get(key);
  if (!secret) {
    const x = sha256Integer(pad(BigInt(`0x${salt}`)), sha256(`${group}${user}:${password}`));
    secret = { x, power: await modExp(G, x) };
    secrets.set(key, secret);
  }
  return secret;
}

export interface SrpClient {
  /** `SRP_A` */
  publicValue: string;
  /** The answer to a PASSWORD_VERIFIER challenge. */
  prove(challenge: Texts, password: string): Promise<Texts>;
}

/** One pair of numbers for many sign-ins, which only a benchmark may do. */
export async function openSrpClient(poolId: string, secretNumber: bigint): Promise<SrpClient> {
  const [, group = ''] = poolId.split('_');
  const own = await modExp(G, secretNumber);
  return {
    publicValue: own.toString(16),
    async prove({ USER_ID_FOR_SRP: user = '', SALT = '', SRP_B = '', SECRET_BLOCK = '' }, password) {
      const { x, power } = await secretOf(group, user, SALT, password);
      const theirs = BigInt(`0x${SRP_B}`);
      const scramble = sha256Integer(pad(own), pad(theirs));
      const base = (((theirs - K * power) % N) + N) % N;
      const shared = await modExp(base, secretNumber + scramble * x);
      const pseudorandom = createHmac('sha256', pad(scramble)).update(pad(shared)).digest();
      const key = createHmac('sha256', pseudorandom)
        .update('Caldera Derived Key\u0001')
        .digest()
        .subarray(0, 16);
      const timestamp = timestampOf(new Date());
      const signature = createHmac('sha256', key)
        .update(`${group}${user}`)
        .update(Buffer.from(SECRET_BLOCK, 'base64'))
        .update(timestamp)
        .digest('base64');
      return {
        USERNAME: user,
        PASSWORD_CLAIM_SECRET_BLOCK: SECRET_BLOCK,
        TIMESTAMP: timestamp,
        PASSWORD_CLAIM_SIGNATURE: signature,
      };
    },
  };
}

export const randomNumber = (bytes: Uint8Array): bigint => toInteger(bytes);
