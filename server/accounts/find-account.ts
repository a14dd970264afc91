import type { Account, NameKind } from '#adapters/accounts/store.ts';
import { Refusal } from '../errors.ts';
import type { Pool } from '../pool.ts';
import { isEmail, isPhoneNumber } from './attributes/contact-forms.ts';
import { foldName } from './fold-name.ts';

type Reader = Pick<Pool, 'accounts' | 'settings'>;

/**
 * The account that a person means by what they typed: its username, an active alias or, where the pool has them, a
 * username attribute (USR-179, USR-197). Usernames come first and preferred usernames last, so that a name that a
 * person gave themselves never shadows one that was proven.
 */
export async function findAccount(pool: Reader, typed: string): Promise<Account | undefined> {
  for (const kind of kindsOf(pool, typed)) {
    const account = await pool.accounts.findByName(kind, foldName(pool.settings, kind, typed));
    if (account) return account;
  }
  return undefined;
}

/** As `findAccount`. @throws Refusal `user-not-found` */
export async function requireAccount(pool: Reader, typed: string): Promise<Account> {
  const account = await findAccount(pool, typed);
  if (!account) throw new Refusal('user-not-found');
  return account;
}

function kindsOf({ settings }: Reader, typed: string): NameKind[] {
  const names: readonly string[] = [...settings.AliasAttributes, ...settings.UsernameAttributes];
  const kinds: NameKind[] = ['username'];
  if (names.includes('email') && isEmail(typed)) kinds.push('email');
  if (names.includes('phone_number') && isPhoneNumber(typed)) kinds.push('phone_number');
  if (names.includes('preferred_username')) kinds.push('preferred_username');
  return kinds;
}
