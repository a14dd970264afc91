import { findClient } from '../configuration/find-client.ts';
import { Refusal } from '../errors.ts';
import type { Client, Pool } from '../pool.ts';
import type { Service } from './operation.ts';

/**
 * The app client that a signed call names beside its pool. Another pool's is not there (SEC-74).
 * @throws Refusal `pool-not-found`, `client-not-found`
 */
export async function poolClient(
  { pools }: Pick<Service, 'pools'>,
  { UserPoolId, ClientId }: { UserPoolId: string; ClientId: string },
): Promise<{ pool: Pool; client: Client }> {
  const pool = await pools.byId(UserPoolId);
  const client = await findClient(pool, ClientId);
  if (!client) throw new Refusal('client-not-found', { client: ClientId });
  return { pool, client };
}
