/** What the engines must agree about: where an id is unique, and which changes are told. */
import { GLOBAL, type GlobalKind, type Kind } from './store.ts';

/** Within what an id of this kind is unique. No pool's scope is the installation's. */
export function scopeOf(kind: Kind, pool: string): string {
  return GLOBAL.includes(kind as GlobalKind) ? 'installation' : `pool ${pool}`;
}

/** What is read fresh when it is needed, and is written often: nobody needs to be told of it. */
const UNANNOUNCED: readonly Kind[] = [
  'client',
  'identity-provider',
  'saml-key',
  'group',
  'import-job',
  'import-turn',
  'import-task',
];

export function isAnnounced(kind: Kind): boolean {
  return !UNANNOUNCED.includes(kind);
}

/**
 * How far `changes` looks back beyond what was asked: five seconds between the clocks of two processes, and ten in
 * which a write may be on its way (see `mongo-changes.ts`), with room to poll once more.
 */
export const CHANGES_OVERLAP_MS = 20_000;
