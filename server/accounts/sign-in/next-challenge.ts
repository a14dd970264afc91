import type { Account } from '#adapters/accounts/store.ts';
import type { PoolSettings } from '#adapters/directory/records.ts';
import { missingAttributes } from '../attributes/check-attributes.ts';
import { passwordMark } from '../password-proof.ts';
import type { Attempt } from './attempt.ts';

export type Challenge =
  | { name: 'PASSWORD' }
  | { name: 'CONFIRM_SIGN_UP' }
  | { name: 'RESET_PASSWORD' }
  /** `requiredAttributes` are names that the schema requires and the account lacks. */
  | { name: 'NEW_PASSWORD_REQUIRED'; requiredAttributes: string[] }
  | { name: 'DONE' };

/**
 * What a person must do next before they are signed in. The one place that decides it: pages and the JSON API both ask
 * here and nowhere else. It looks at what was proven and what the account is now, never at which page somebody came
 * from, so no step can be skipped by going straight to a later address (ATK-44).
 */
export function nextChallenge({
  settings,
  account,
  attempt,
}: {
  settings: Pick<PoolSettings, 'SchemaAttributes'>;
  account: Pick<Account, 'status' | 'attributes' | 'passwordHash'>;
  attempt: Pick<Attempt, 'proven' | 'passwordMark'> | undefined;
}): Challenge {
  if (attempt?.proven.includes('provider')) {
    // Their password is no matter here; but an account that was never confirmed may be somebody else's doing, who
    // chose its password and waits (ATK-30).
    return account.status === 'UNCONFIRMED' ? { name: 'CONFIRM_SIGN_UP' } : { name: 'DONE' };
  }
  if (!attempt?.proven.includes('password')) return { name: 'PASSWORD' };
  switch (account.status) {
    case 'UNCONFIRMED':
      return { name: 'CONFIRM_SIGN_UP' };
    case 'RESET_REQUIRED':
      return { name: 'RESET_PASSWORD' };
    case 'FORCE_CHANGE_PASSWORD':
      // Invited again in the meantime: who holds the earlier invitation must not choose the password (ATK-28).
      if (attempt.passwordMark !== passwordMark(account)) return { name: 'PASSWORD' };
      return {
        name: 'NEW_PASSWORD_REQUIRED',
        requiredAttributes: missingAttributes(settings.SchemaAttributes, account.attributes),
      };
    case 'CONFIRMED':
    case 'EXTERNAL_PROVIDER':
      return { name: 'DONE' };
  }
}
