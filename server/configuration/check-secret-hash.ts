import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import { Refusal } from '../errors.ts';
import type { Client } from '../pool.ts';

/** What an application proves its secret with: HMAC-SHA256 of the name it sends and its own id, base64 (SEC-11). */
export function secretHash(secret: string, username: string, clientId: string): string {
  return createHmac('sha256', secret).update(`${username}${clientId}`).digest('base64');
}

/** Whether this is a secret of the client. Takes the same time whatever it is, and whichever it is. */
export function isSecretOf(client: Pick<Client, 'secret' | 'otherSecret'>, given: string): boolean {
  return isOneOf(digestsOf(client), given);
}

const digests = new WeakMap<object, Buffer[]>();

/** Of the secrets. Most clients come by again, as the same object that nobody can change. */
function digestsOf(client: Pick<Client, 'secret' | 'otherSecret'>): Buffer[] {
  if (!Object.isFrozen(client)) return secretsOf(client).map(digest);
  let known = digests.get(client);
  if (!known) {
    known = secretsOf(client).map(digest);
    digests.set(client, known);
  }
  return known;
}

/**
 * A client with a secret must prove it (SEC-09, SEC-10). One without need send nothing (SEC-13); what it sends
 * nevertheless was made with some other client's secret, and is wrong, as with the service.
 * @param username as it stands in the same request
 * @throws Refusal `secret-hash-missing`, `secret-hash-wrong`
 */
export function checkSecretHash(
  client: Pick<Client, 'id' | 'secret' | 'otherSecret'>,
  username: string,
  given: string | undefined,
): void {
  const secrets = secretsOf(client);
  if (secrets.length === 0 && !given) return;
  if (given === undefined) throw new Refusal('secret-hash-missing', { client: client.id });
  const hashes = secrets.map((secret) => secretHash(secret, username, client.id));
  if (!isOneOf(hashes.map(digest), given)) throw new Refusal('secret-hash-wrong', { client: client.id });
}

function secretsOf({ secret, otherSecret }: Pick<Client, 'secret' | 'otherSecret'>): string[] {
  return [secret, otherSecret].filter((one) => one !== undefined);
}

const digest = (text: string): Buffer => hash('sha256', text, 'buffer');

/** Compares with each, so that the time does not tell which it was; hashed, so that it does not tell the length. */
function isOneOf(known: readonly Buffer[], given: string): boolean {
  const wanted = digest(given);
  return known.map((one) => timingSafeEqual(one, wanted)).includes(true);
}
