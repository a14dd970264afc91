import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import { Refusal } from '../errors.ts';
import type { Client } from '../pool.ts';

/** What an application proves its secret with: HMAC-SHA256 of the name it sends and its own id, base64 (SEC-11). */
export function secretHash(secret: string, username: string, clientId: string): string {
  return createHmac('sha256', secret).update(`${username}${clientId}`).digest('base64');
}

/** Whether this is a secret of the client. Takes the same time whatever it is, and whichever it is. */
export function isSecretOf(client: Pick<Client, 'secret' | 'otherSecret'>, given: string): boolean {
  return oneOf(secretsOf(client), given);
}

/**
 * A client with a secret must prove it; from one without, whatever is sent is ignored (SEC-09, SEC-10, SEC-13).
 * @param username as it stands in the same request
 * @throws Refusal `secret-hash-missing`, `secret-hash-wrong`
 */
export function checkSecretHash(
  client: Pick<Client, 'id' | 'secret' | 'otherSecret'>,
  username: string,
  given: string | undefined,
): void {
  const secrets = secretsOf(client);
  if (secrets.length === 0) return;
  if (given === undefined) throw new Refusal('secret-hash-missing', { client: client.id });
  const hashes = secrets.map((secret) => secretHash(secret, username, client.id));
  if (!oneOf(hashes, given)) throw new Refusal('secret-hash-wrong', { client: client.id });
}

function secretsOf({ secret, otherSecret }: Pick<Client, 'secret' | 'otherSecret'>): string[] {
  return [secret, otherSecret].filter((one) => one !== undefined);
}

/** Compares with each, so that the time does not tell which it was; hashed, so that it does not tell the length. */
function oneOf(known: readonly string[], given: string): boolean {
  const digest = (text: string) => hash('sha256', text, 'buffer');
  const wanted = digest(given);
  return known.map((one) => timingSafeEqual(digest(one), wanted)).includes(true);
}
