import { Missing } from '#adapters/errors.ts';
import { Refusal } from '../../errors.ts';
import type { Pool } from '../../pool.ts';
import type { GroupProfile } from './create-group.ts';
import { type Group, toGroup } from './find-group.ts';

/** Changes what is given and keeps the rest (USR-94). Its members stay. @throws Refusal `group-not-found` */
export async function updateGroup(
  { directory }: Pick<Pool, 'directory'>,
  name: string,
  profile: GroupProfile,
): Promise<Group> {
  const given = Object.fromEntries(Object.entries(profile).filter(([, value]) => value !== undefined));
  try {
    return toGroup(await directory.update('group', name, (current) => ({ ...current, ...given })));
  } catch (error) {
    throw error instanceof Missing ? new Refusal('group-not-found', {}, { cause: error }) : error;
  }
}
