import { createHmac } from 'node:crypto';
import { G, K, N, pad, sha256Integer } from './group.ts';
import { modExp } from './mod-exp.ts';
import type { SrpIdentity } from './verifier.ts';

/** What the two sides of one exchange have, as far as the server knows it. */
export interface SrpExchange {
  /** `A`, from the client: a power of the generator. */
  clientPublic: bigint;
  /** `b`, the server's own. Known to nobody else, and for one exchange. */
  serverPrivate: bigint;
  verifier: bigint;
}

/**
 * `A` as a client sends it: hexadecimal digits of any case. Undefined for what is no number, for one larger than the
 * group, and for multiples of N, with which anybody would know the key without a password (SEC-61).
 */
export function readClientPublic(hex: string): bigint | undefined {
  if (!/^0{0,8}[0-9a-f]{1,768}$/i.test(hex)) return undefined;
  const number = BigInt(`0x${hex}`);
  return number > 0n && number < N ? number : undefined;
}

/** `B`, which hides the verifier behind a random power, and `u`, which ties the key to both public numbers. */
export async function answerExchange({
  clientPublic,
  serverPrivate,
  verifier,
}: SrpExchange): Promise<{ serverPublic: bigint; scramble: bigint }> {
  const serverPublic = (K * verifier + (await modExp(G, serverPrivate))) % N;
  return { serverPublic, scramble: sha256Integer(pad(clientPublic), pad(serverPublic)) };
}

/** The key that both sides have if the client knew the password. */
export async function sharedKey(exchange: SrpExchange & { scramble: bigint }): Promise<Buffer> {
  const { clientPublic, serverPrivate, verifier, scramble } = exchange;
  const base = (clientPublic * (await modExp(verifier, scramble))) % N;
  const secret = await modExp(base, serverPrivate);
  const pseudorandom = createHmac('sha256', pad(scramble)).update(pad(secret)).digest();
  return createHmac('sha256', pseudorandom).update('Caldera Derived Key\u0001').digest().subarray(0, 16);
}

/** What a client signs with the key. The time is signed as it was written. */
export function claimSignature(
  key: Buffer,
  { group, user }: SrpIdentity,
  secretBlock: Uint8Array,
  timestamp: string,
): Buffer {
  return createHmac('sha256', key).update(`${group}${user}`).update(secretBlock).update(timestamp).digest();
}
