import type { Account } from '#adapters/accounts/store.ts';
import { updateUserAttributes } from './update-user-attributes.ts';

/**
 * An administrator removes attributes; with a contact go its verified flag and the alias that it was. Neither a
 * required attribute nor what somebody signs in with can be removed (9.3, 9.6).
 * @throws Refusal `user-not-found`, `attribute-schema`, `attribute-immutable`, `invalid-parameter`
 */
export async function deleteUserAttributes(
  pool: Parameters<typeof updateUserAttributes>[0],
  { username, names }: { username: string; names: readonly string[] },
): Promise<Account> {
  const given = Object.fromEntries(names.map((name) => [name, '']));
  return updateUserAttributes(pool, { username, given });
}
