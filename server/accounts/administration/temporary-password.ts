import type { PoolSettings } from '#adapters/directory/records.ts';
import { checkPasswordPolicy, generatePassword } from '../password-policy.ts';

/** The temporary password that an administrator chose, or a generated one. @throws Refusal `password-policy` */
export function temporaryPassword({ Policies }: Pick<PoolSettings, 'Policies'>, chosen?: string): string {
  if (chosen === undefined) return generatePassword(Policies.PasswordPolicy);
  checkPasswordPolicy(Policies.PasswordPolicy, chosen);
  return chosen;
}
