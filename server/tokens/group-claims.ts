import type { Group } from '../accounts/groups/find-group.ts';
import type { Claims } from './claims.ts';

type Member = Pick<Group, 'name' | 'roleArn' | 'precedence'>;

/** The groups of a person, the highest precedence first (USR-95): in ID and access tokens alike. */
export function groupClaims(groups: readonly Member[]): Claims {
  return groups.length > 0 ? { 'cognito:groups': byPrecedence(groups).map(({ name }) => name) } : {};
}

/**
 * The roles of those groups, each once, and the one to use unless the application asks for another (USR-96..101): that
 * of the highest precedence. Where several groups share it with different roles nobody can say which, and none is named.
 */
export function roleClaims(groups: readonly Member[]): Claims {
  const ranked = byPrecedence(groups).flatMap((group) =>
    group.roleArn === undefined ? [] : [{ role: group.roleArn, rank: rankOf(group) }],
  );
  const [first] = ranked;
  if (!first) return {};
  const highest = new Set(ranked.filter(({ rank }) => rank === first.rank).map(({ role }) => role));
  return {
    'cognito:roles': [...new Set(ranked.map(({ role }) => role))],
    ...(highest.size === 1 && { 'cognito:preferred_role': first.role }),
  };
}

/** A group without a precedence comes after every group that has one (USR-98). */
const rankOf = ({ precedence }: Member) => precedence ?? Number.POSITIVE_INFINITY;

function byPrecedence(groups: readonly Member[]): Member[] {
  return groups.toSorted((a, b) => compare(rankOf(a), rankOf(b)) || compare(a.name, b.name));
}

/** A difference of two infinite ranks would be no number. */
function compare<T extends number | string>(a: T, b: T): number {
  return a < b ? -1 : Number(a > b);
}
