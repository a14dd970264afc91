import { createHash } from 'node:crypto';
import { type Account, type Identity, NAME_KINDS } from './store.ts';

/** Kind or field, and value. */
export type Pair = readonly [key: string, value: string];

/** The names that an account holds, its identities among them, in the order in which they are claimed. */
export function namesOf({ names, identities = [] }: Pick<Account, 'names' | 'identities'>): Pair[] {
  const held = NAME_KINDS.flatMap((kind): Pair[] => {
    const value = names[kind];
    return value === undefined ? [] : [[kind, value]];
  });
  return [...held, ...identities.map(identityName)];
}

/**
 * An identity as a name. An account has one name of each kind, so each identity is a kind of its own: its hash, since
 * what providers call people is of any length and form.
 */
export function identityName({ provider, subject }: Pick<Identity, 'provider' | 'subject'>): Pair {
  const hash = createHash('sha256')
    .update(JSON.stringify([provider, subject]))
    .digest('base64url');
  return [`identity-${hash}`, 'held'];
}

/** What a change adds to a set of pairs, and what it drops. */
export function difference(current: Pair[], next: Pair[]): { added: Pair[]; dropped: Pair[] } {
  const without = (pairs: Pair[], others: Pair[]) =>
    pairs.filter(([key, value]) => !others.some((other) => other[0] === key && other[1] === value));
  return { added: without(next, current), dropped: without(current, next) };
}
