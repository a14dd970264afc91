import type { Contact, PoolSettings } from '#adapters/directory/records.ts';
import type { Attributes } from './check-attributes.ts';
import type { ToVerify } from './send-verification.ts';

const CONTACTS: readonly Contact[] = ['email', 'phone_number'];

/**
 * The contacts that a change gives another value and that the pool verifies: each is to be sent a code. One that has to
 * be verified first says what it replaces: until then the account keeps that.
 */
export function changedContacts(
  {
    AutoVerifiedAttributes,
    UserAttributeUpdateSettings,
  }: Pick<PoolSettings, 'AutoVerifiedAttributes' | 'UserAttributeUpdateSettings'>,
  current: Attributes,
  given: Attributes,
): ToVerify[] {
  const { AttributesRequireVerificationBeforeUpdate: first } = UserAttributeUpdateSettings;
  return CONTACTS.flatMap((attribute) => {
    const value = given[attribute];
    if (!value || value === current[attribute] || !AutoVerifiedAttributes.includes(attribute)) return [];
    return { attribute, value, replaces: first.includes(attribute) ? (current[attribute] ?? '') : undefined };
  });
}
