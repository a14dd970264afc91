import { Refusal } from '../errors.ts';
import type { Client } from '../pool.ts';
import { isSecretOf } from './check-secret-hash.ts';

/**
 * A client with a secret must send it; from one without, whatever is sent is ignored.
 * @throws Refusal `client-secret-wrong`
 */
export function checkClientSecret(
  client: Pick<Client, 'secret' | 'otherSecret'>,
  given: string | undefined,
): void {
  if (client.secret === undefined) return;
  if (given === undefined || !isSecretOf(client, given)) throw new Refusal('client-secret-wrong');
}
