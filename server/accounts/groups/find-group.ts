/**
 * Groups of people: made by administrators, told to applications in tokens. The groups are records of the directory,
 * the memberships are part of each account (`adapters/accounts/store.ts`), tied to the key of the group: when a group
 * is deleted its memberships mean nothing from that moment, and a new group of the same name begins without members.
 * Its neighbour `tokens` asks `groups-of.ts` for whom it writes claims. Nothing here decides what a group may do.
 */
import type { GroupRecord } from '#adapters/directory/records.ts';
import type { Stored } from '#adapters/directory/store.ts';
import { Refusal } from '../../errors.ts';
import type { Pool } from '../../pool.ts';

/** Names are compared exactly: `Staff` and `staff` are two groups. */
export interface Group extends GroupRecord {
  name: string;
  /** Milliseconds since the epoch. */
  createdAt: number;
  modifiedAt: number;
}

/** @throws Refusal `group-not-found` */
export async function findGroup({ directory }: Pick<Pool, 'directory'>, name: string): Promise<Group> {
  const stored = await directory.find('group', name);
  if (!stored) throw new Refusal('group-not-found');
  return toGroup(stored);
}

export function toGroup({ id, createdAt, modifiedAt, record }: Stored<'group'>): Group {
  return { ...record, name: id, createdAt, modifiedAt };
}
