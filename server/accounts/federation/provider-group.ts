import { randomUUID } from 'node:crypto';
import type { Membership } from '#adapters/accounts/store.ts';
import { AlreadyExists } from '#adapters/errors.ts';
import type { Pool } from '../../pool.ts';

/** Membership in the group of a provider's people, which is made with the first of them (FED-126). */
export async function providerGroup(
  { id, directory }: Pick<Pool, 'id' | 'directory'>,
  provider: string,
): Promise<Membership> {
  const group = `${id}_${provider}`;
  const description = `People who sign in through ${provider}`;
  for (;;) {
    const found = await directory.find('group', group);
    if (found) return { group, key: found.record.key };
    try {
      const made = await directory.create('group', group, { key: randomUUID(), description });
      return { group, key: made.record.key };
    } catch (error) {
      // Made by another process between the two; or deleted again, and then it is made once more.
      if (!(error instanceof AlreadyExists)) throw error;
    }
  }
}
