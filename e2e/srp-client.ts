/**
 * One SRP proof, step by step, for stories in which somebody keeps, changes or repeats what is sent. What is computed
 * comes from amazon-cognito-identity-js, which hides the steps behind one call.
 */
import { createHmac } from 'node:crypto';
import { createRequire } from 'node:module';

interface BigInteger {
  toString(radix: number): string;
}

interface AuthenticationHelper {
  getLargeAValue(done: (error: unknown, value: BigInteger) => void): void;
  getPasswordAuthenticationKey(
    username: string,
    password: string,
    serverPublic: BigInteger,
    salt: BigInteger,
    done: (error: unknown, key: Uint8Array) => void,
  ): void;
}

const load = createRequire(import.meta.url);
const { default: Helper } = load('amazon-cognito-identity-js/lib/AuthenticationHelper') as {
  default: new (poolName: string) => AuthenticationHelper;
};
const { default: BigInteger } = load('amazon-cognito-identity-js/lib/BigInteger') as {
  default: new (hex: string, radix: number) => BigInteger;
};

const promised = <T>(run: (done: (error: unknown, value: T) => void) => void): Promise<T> =>
  new Promise((resolve, reject) => run((error, value) => (error ? reject(error) : resolve(value))));

type Texts = Record<string, string>;

export interface SrpClient {
  /** `SRP_A`. */
  publicValue: string;
  /** The answer to a PASSWORD_VERIFIER challenge with these parameters. */
  prove(challenge: Texts | undefined, password: string, timestamp?: string): Promise<Texts>;
}

export async function startSrpClient(poolId: string): Promise<SrpClient> {
  const [, poolName = ''] = poolId.split('_');
  const helper = new Helper(poolName);
  const a = await promised<BigInteger>((done) => helper.getLargeAValue(done));
  return {
    publicValue: a.toString(16),
    async prove(challenge = {}, password, timestamp = timestampOf(new Date())) {
      const { USER_ID_FOR_SRP: user = '', SALT = '', SRP_B = '', SECRET_BLOCK = '' } = challenge;
      const key = await promised<Uint8Array>((done) =>
        helper.getPasswordAuthenticationKey(
          user,
          password,
          new BigInteger(SRP_B, 16),
          new BigInteger(SALT, 16),
          done,
        ),
      );
      const signature = createHmac('sha256', key)
        .update(`${poolName}${user}`)
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

/** As the clients write it: `Tue Mar 5 09:07:03 UTC 2019`, the day without a zero in front. */
export function timestampOf(date: Date): string {
  const [weekday, day, month, year, time] = date.toUTCString().replace(',', '').split(' ');
  return `${weekday} ${month} ${Number(day)} ${time} UTC ${year}`;
}
