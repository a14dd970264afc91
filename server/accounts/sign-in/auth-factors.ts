import type { Account } from '#adapters/accounts/store.ts';

/** A first factor, as the API calls it. */
export type AuthFactor = 'PASSWORD';

/** With what a person could begin to sign in. */
export function authFactors({ passwordHash }: Pick<Account, 'passwordHash'>): AuthFactor[] {
  return passwordHash === undefined ? [] : ['PASSWORD'];
}
