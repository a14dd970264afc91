/** The pool that an ARN names. Other resources cannot be tagged yet. */
import type { DirectoryStores } from '#adapters/directory/store.ts';
import { invalidParameter, Refusal } from '../errors.ts';
import { findPool, type StoredPool } from './find-pool.ts';

const POOL_ARN = /^arn:aws[\w-]*:cognito-idp:([\w-]+):(\d{12}):userpool\/([\w-]+_[0-9A-Za-z]+)$/;

/**
 * Throws Refusal `invalid-parameter` for what is no ARN of a pool, `resource-not-found` for one of another account
 * or region, or of no pool.
 */
export async function findTaggedPool(
  directory: DirectoryStores,
  accountId: string,
  region: string,
  arn: string,
): Promise<StoredPool> {
  const match = POOL_ARN.exec(arn);
  if (!match) throw invalidParameter(`${arn} is not the ARN of a user pool.`);
  const [, ofRegion, account, poolId = ''] = match;
  try {
    if (account === accountId && ofRegion === region && poolId.startsWith(`${region}_`))
      return await findPool(directory, poolId);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
  throw new Refusal('resource-not-found', { message: `Resource ${arn} does not exist.` });
}
