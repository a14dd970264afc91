import type { Account } from '#adapters/accounts/store.ts';
import type { PoolSettings } from '#adapters/directory/records.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const DEFAULT_DAYS = 7;

/** How many days a temporary password is good for: the newer setting where it is given, 0 meaning 7 (3.3). */
function temporaryPasswordDays({
  Policies,
  AdminCreateUserConfig,
}: Pick<PoolSettings, 'Policies' | 'AdminCreateUserConfig'>): number {
  const days =
    Policies.PasswordPolicy.TemporaryPasswordValidityDays ?? AdminCreateUserConfig.UnusedAccountValidityDays;
  return days || DEFAULT_DAYS;
}

/** Whether the account still has the temporary password that it was invited with, and has had it for too long. */
export function temporaryPasswordExpired(
  settings: Pick<PoolSettings, 'Policies' | 'AdminCreateUserConfig'>,
  { status, temporaryPasswordAt, createdAt }: Account,
  now: number,
): boolean {
  if (status !== 'FORCE_CHANGE_PASSWORD') return false;
  return now >= (temporaryPasswordAt ?? createdAt) + temporaryPasswordDays(settings) * DAY_MS;
}
