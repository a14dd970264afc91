import type { Account } from '#adapters/accounts/store.ts';
import type { Contact, PoolSettings } from '#adapters/directory/records.ts';

type Mechanism = NonNullable<PoolSettings['AccountRecoverySetting']>['RecoveryMechanisms'][number];

const CONTACT_OF: Partial<Record<Mechanism['Name'], Contact>> = {
  verified_email: 'email',
  verified_phone_number: 'phone_number',
};

/**
 * Where the code for a new password goes: to a verified contact only, or whoever signed up with somebody else's
 * address could read what is sent there (ATK-24). By the pool's recovery settings in the order of their priority, else
 * by telephone before e-mail (2.12). Undefined when there is none, or only an administrator may help.
 */
export function resetContact(
  { AccountRecoverySetting }: Pick<PoolSettings, 'AccountRecoverySetting'>,
  { attributes }: Pick<Account, 'attributes'>,
): { attribute: Contact; value: string } | undefined {
  const order: (Contact | undefined)[] = AccountRecoverySetting
    ? AccountRecoverySetting.RecoveryMechanisms.toSorted((a, b) => a.Priority - b.Priority).map(
        ({ Name }) => CONTACT_OF[Name],
      )
    : ['phone_number', 'email'];
  for (const attribute of order) {
    const value = attribute && attributes[attribute];
    if (value && attributes[`${attribute}_verified`] === 'true') return { attribute, value };
  }
  return undefined;
}
