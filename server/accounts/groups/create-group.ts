import { randomUUID } from 'node:crypto';
import { AlreadyExists } from '#adapters/errors.ts';
import { Refusal } from '../../errors.ts';
import type { Pool } from '../../pool.ts';
import { type Group, toGroup } from './find-group.ts';

/** What an administrator says about a group. `precedence` begins at 0, the highest. */
export interface GroupProfile {
  description?: string;
  roleArn?: string;
  precedence?: number;
}

/** Groups of one pool (USR-87). */
const MOST_GROUPS = 500;

/** Makes a group without members. @throws Refusal `group-exists`, `limit-exceeded` */
export async function createGroup(
  { directory }: Pick<Pool, 'directory'>,
  name: string,
  profile: GroupProfile,
): Promise<Group> {
  const stored = await directory
    .create('group', name, { ...profile, key: randomUUID() })
    .catch((error: unknown) => {
      throw error instanceof AlreadyExists ? new Refusal('group-exists') : error;
    });
  // Counted after it was made: of many made at once none slips past the limit.
  if ((await directory.count('group')) <= MOST_GROUPS) return toGroup(stored);
  await directory.remove('group', name);
  throw new Refusal('limit-exceeded', {
    message: `A user pool cannot have more than ${MOST_GROUPS} groups.`,
  });
}
