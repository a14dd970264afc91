import { checkSecretHash } from '../configuration/check-secret-hash.ts';
import { openClient } from '../configuration/find-client.ts';
import { Refusal } from '../errors.ts';
import type { Client, Pool } from '../pool.ts';
import type { Service } from './operation.ts';

/** What a call without a signature says of the application that makes it. */
export interface NamedClient {
  ClientId: string;
  /** Checked against `Username`, the name as it stands in the same call. */
  SecretHash?: string;
  /** Undefined: whoever calls checks the secret hash later, when the name is known. */
  Username?: string;
}

/**
 * The app client that a public call names, and its pool: two reads by id, however many pools there are.
 * @throws Refusal `client-not-found`, `secret-hash-missing`, `secret-hash-wrong`
 */
export async function publicClient(
  { directory, pools, vault }: Pick<Service, 'directory' | 'pools' | 'vault'>,
  { ClientId, SecretHash, Username }: NamedClient,
): Promise<{ pool: Pool; client: Client }> {
  const stored = await directory.find('client', ClientId);
  const pool = stored && (await pools.byId(stored.pool).catch(unlessGone));
  if (!stored || !pool) throw new Refusal('client-not-found', { client: ClientId });
  const client = openClient({ vault }, stored);
  if (Username !== undefined) checkSecretHash(client, Username, SecretHash);
  return { pool, client };
}

/** The clients of a pool that is being deleted go with it. */
function unlessGone(error: unknown): undefined {
  if (!(error instanceof Refusal && error.reason === 'pool-not-found')) throw error;
}
