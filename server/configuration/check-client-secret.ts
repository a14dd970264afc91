import { createHash, timingSafeEqual } from 'node:crypto';
import { Refusal } from '../errors.ts';
import type { Client } from '../pool.ts';

const digest = (text: string) => createHash('sha256').update(text).digest();

/**
 * A client with a secret must send it; from one without, whatever is sent is ignored, as with secret hashes.
 * @throws Refusal `client-secret-wrong`
 */
export function checkClientSecret({ secret }: Pick<Client, 'secret'>, given: string | undefined): void {
  if (secret === undefined) return;
  // Digests have one length, so that the comparison tells nothing of the secret's.
  if (given === undefined || !timingSafeEqual(digest(given), digest(secret)))
    throw new Refusal('client-secret-wrong');
}
