import { Refusal } from '../../errors.ts';
import type { Pool } from '../../pool.ts';

/**
 * Deletes a group with its memberships, at the same cost however many there are: they name a key that no group has any
 * more. Where an account still holds one it shows nowhere, and goes when the account joins or leaves another group.
 * @throws Refusal `group-not-found`
 */
export async function deleteGroup({ directory }: Pick<Pool, 'directory'>, name: string): Promise<void> {
  if (!(await directory.remove('group', name))) throw new Refusal('group-not-found');
}
