import type { Account } from '#adapters/accounts/store.ts';
import { Refusal } from '../../errors.ts';

/**
 * Who must reset their password, or was never confirmed, can do nothing with a token of earlier days (USR-18).
 * @throws Refusal `password-reset-required`, `user-not-confirmed`
 */
export function refuseUnsettled({ status }: Pick<Account, 'status'>): void {
  if (status === 'RESET_REQUIRED') throw new Refusal('password-reset-required');
  if (status === 'UNCONFIRMED') throw new Refusal('user-not-confirmed');
}
