/** What the engines must agree about: where an id is unique, and which changes are told. */
import { GLOBAL, type GlobalKind, type Kind } from './store.ts';

/** Within what an id of this kind is unique. No pool's scope is the installation's. */
export function scopeOf(kind: Kind, pool: string): string {
  return GLOBAL.includes(kind as GlobalKind) ? 'installation' : `pool ${pool}`;
}

/** Clients and groups are read fresh when they are needed, and there are many: nobody needs to be told of them. */
export function isAnnounced(kind: Kind): boolean {
  return kind !== 'client' && kind !== 'group';
}

/**
 * How far `changes` looks back beyond what was asked: five seconds between the clocks of two processes, and ten in
 * which a write may be on its way (see `mongo-changes.ts`), with room to poll once more.
 */
export const CHANGES_OVERLAP_MS = 20_000;
