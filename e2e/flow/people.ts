import type { Account } from '../../adapters/accounts/store.ts';
import { createUser } from '../../server/accounts/administration/create-user.ts';
import { setUserPassword } from '../../server/accounts/administration/set-user-password.ts';
import type { Pool } from '../../server/pool.ts';

export const PASSWORD = 'Correct-horse-1';
export const TEMPORARY = 'Temporary-1';

/** An account that can sign in with PASSWORD, its e-mail address verified. */
export async function addPerson(
  pool: Pool,
  username: string,
  email = `${username}@example.com`,
): Promise<Account> {
  const attributes = { email, email_verified: 'true' };
  await createUser(pool, { username, attributes, suppressInvitation: true });
  return setUserPassword(pool, { username, password: PASSWORD, permanent: true });
}

/** An account that an administrator made, with the password TEMPORARY. */
export function invitePerson(pool: Pool, username: string): Promise<Account> {
  return createUser(pool, {
    username,
    attributes: {},
    temporaryPassword: TEMPORARY,
    suppressInvitation: true,
  });
}
