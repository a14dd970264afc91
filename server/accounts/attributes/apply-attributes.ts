import type { Attributes } from './check-attributes.ts';

const CONTACTS = ['email', 'phone_number'] as const;

/**
 * What an account holds after `given` was written: an empty value removes the attribute, and a contact whose value
 * changed is proven no more, unless the writer says so in the same breath (USR-35). The same value again changes
 * nothing. Checks are made before: see `check-attributes.ts`.
 */
export function applyAttributes(current: Attributes, given: Attributes): Attributes {
  const result = { ...current, ...given };
  for (const contact of CONTACTS) {
    const flag = `${contact}_verified`;
    if (!result[contact]) delete result[flag];
    else if (result[contact] !== current[contact] && !given[flag]) result[flag] = 'false';
  }
  return Object.fromEntries(Object.entries(result).filter(([, value]) => value !== ''));
}
