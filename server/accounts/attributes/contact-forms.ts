/**
 * What an e-mail address and a telephone number look like (USR-170, USR-171).
 *
 * Addresses are ASCII: domains of other scripts are written in their `xn--` form. Mail systems fold Unicode in
 * different ways, so an address that looks like another could be stored here as different and delivered there as the
 * same; and a line break or a second address can hide in what is not plain.
 */
import type { PoolSettings } from '#adapters/directory/records.ts';

const LOCAL = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}$/;
const LABEL = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;
const LONGEST = 254;

export function isEmail(value: string): boolean {
  const at = value.lastIndexOf('@');
  if (at < 1 || value.length > LONGEST) return false;
  return (
    LOCAL.test(value.slice(0, at)) &&
    value
      .slice(at + 1)
      .split('.')
      .every((label) => LABEL.test(label))
  );
}

/** `+`, country code and number, 1 to 15 digits (E.164). */
export function isPhoneNumber(value: string): boolean {
  return /^\+[0-9]{1,15}$/.test(value);
}

/**
 * Whether a username could be read as an address, by a person too: the full-width and small commercial at count as
 * `@`, and nothing is said about whether mail would arrive.
 */
export function resemblesEmail(value: string): boolean {
  return /^[^@]+@[^@]+$/.test(value.normalize('NFKC'));
}

/** As `resemblesEmail`, for telephone numbers. */
export function resemblesPhoneNumber(value: string): boolean {
  return /^\+[0-9]+$/.test(value.normalize('NFKC'));
}

/** Which contact that people of the pool sign in with a name could be read as (USR-178); undefined when none. */
export function aliasForm(
  { AliasAttributes }: Pick<PoolSettings, 'AliasAttributes'>,
  name: string,
): 'email' | 'phone number' | undefined {
  if (AliasAttributes.includes('email') && resemblesEmail(name)) return 'email';
  return AliasAttributes.includes('phone_number') && resemblesPhoneNumber(name) ? 'phone number' : undefined;
}
