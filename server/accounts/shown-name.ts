import type { Account } from '#adapters/accounts/store.ts';
import type { PoolSettings } from '#adapters/directory/records.ts';

/**
 * The name by which a person knows their account, for messages to them: where people sign in by a contact, that contact,
 * since the username is one that nobody has ever seen (9.6).
 */
export function shownName(
  { UsernameAttributes }: Pick<PoolSettings, 'UsernameAttributes'>,
  { username, attributes }: Pick<Account, 'username' | 'attributes'>,
): string {
  return UsernameAttributes.map((name) => attributes[name]).find(Boolean) ?? username;
}
