import { createHmac, timingSafeEqual } from 'node:crypto';
import { Refusal } from '../errors.ts';
import type { Client } from '../pool.ts';

/** What an application proves its secret with: HMAC-SHA256 of the name it sends and its own id, base64 (SEC-11). */
export function secretHash(secret: string, username: string, clientId: string): string {
  return createHmac('sha256', secret).update(`${username}${clientId}`).digest('base64');
}

/**
 * A client with a secret must prove it; from one without, whatever is sent is ignored (SEC-09, SEC-10, SEC-13).
 * @param username as it stands in the same request
 * @throws Refusal `secret-hash-missing`, `secret-hash-wrong`
 */
export function checkSecretHash(
  client: Pick<Client, 'id' | 'secret'>,
  username: string,
  given: string | undefined,
): void {
  if (client.secret === undefined) return;
  if (given === undefined) throw new Refusal('secret-hash-missing', { client: client.id });
  const expected = Buffer.from(secretHash(client.secret, username, client.id));
  const bytes = Buffer.from(given);
  if (bytes.length !== expected.length || !timingSafeEqual(bytes, expected))
    throw new Refusal('secret-hash-wrong', { client: client.id });
}
