import { createHmac } from 'node:crypto';
import { type Delivery, maskedDelivery } from '../../messages/delivery.ts';
import type { Pool } from '../../pool.ts';
import { isEmail, isPhoneNumber } from '../attributes/contact-forms.ts';
import { foldName } from '../fold-name.ts';
import type { Purpose } from './code.ts';

const LETTERS = 'abcdefghijklmnoprstuvwz';

/**
 * Where a code would have gone had the account existed: always the same answer for a name, so that asking twice shows
 * nothing either, and by the medium by which it goes to most people of the pool. A name that is a contact of that
 * medium is masked itself, as it is for accounts that sign in by it.
 */
export function madeUpDelivery(
  pool: Pick<Pool, 'id' | 'vault' | 'settings'>,
  typed: string,
  purpose: Purpose,
): Delivery {
  const names: readonly string[] = [...pool.settings.AliasAttributes, ...pool.settings.UsernameAttributes];
  const byTelephone = usesTelephones(pool.settings, purpose);
  if (names.includes('phone_number') && isPhoneNumber(typed)) return maskedDelivery('phone_number', typed);
  if (!byTelephone && names.includes('email') && isEmail(typed)) return maskedDelivery('email', typed);
  const [local = 0, domain = 0, ...rest] = createHmac('sha256', pool.vault.derive('made-up-delivery'))
    .update(`${pool.id}/${foldName(pool.settings, 'username', typed)}`)
    .digest();
  if (byTelephone) {
    const digits = rest.map((byte) => byte % 10).join('');
    return maskedDelivery('phone_number', `+${digits.slice(0, 11)}`);
  }
  return maskedDelivery('email', `${letter(local)}@${letter(domain)}`);
}

/** Most people of such a pool have a telephone number that is verified, and would be sent a text message. */
function usesTelephones(
  { AutoVerifiedAttributes, AccountRecoverySetting }: Pool['settings'],
  purpose: Purpose,
): boolean {
  const [first] =
    AccountRecoverySetting?.RecoveryMechanisms.toSorted((a, b) => a.Priority - b.Priority) ?? [];
  if (purpose === 'forgot-password' && first?.Name === 'verified_email') return false;
  return AutoVerifiedAttributes.includes('phone_number');
}

function letter(byte: number): string {
  return LETTERS.charAt(byte % LETTERS.length);
}
