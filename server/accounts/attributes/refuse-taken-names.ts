import type { Account } from '#adapters/accounts/store.ts';
import { Refusal } from '../../errors.ts';
import type { Pool } from '../../pool.ts';
import { foldName } from '../fold-name.ts';
import { refuseShadowed } from '../new-name.ts';
import type { Attributes } from './check-attributes.ts';

/** The attributes whose names stay with whoever has them; an e-mail address or telephone number as an alias may move. */
function neverMoved({ settings }: Pick<Pool, 'settings'>) {
  return [
    ...settings.UsernameAttributes,
    ...settings.AliasAttributes.filter((name) => name === 'preferred_username'),
  ];
}

/** Whether a change asks for a name that may be somebody else's, so that its answer tells whether it is. */
export function asksForName(pool: Pick<Pool, 'settings'>, given: Attributes): boolean {
  return neverMoved(pool).some((name) => given[name]);
}

/**
 * What can be told before anything is written or sent: a sign-in name that is somebody else's. The write claims names
 * anyway; one that has to be verified first would only be found taken when the code comes back, and a preferred
 * username only after an administrator's change has taken a contact from another account (`claim-alias.ts`).
 * @throws Refusal `alias-taken`
 */
export async function refuseTakenNames(
  pool: Pick<Pool, 'accounts' | 'settings'>,
  { id }: Account,
  given: Attributes,
): Promise<void> {
  for (const contact of neverMoved(pool)) {
    const value = given[contact];
    const holder =
      value && (await pool.accounts.findByName(contact, foldName(pool.settings, contact, value)));
    if (holder && holder.id !== id) throw new Refusal('alias-taken', { contact });
  }
  await refuseShadowed(pool, id, given['preferred_username']);
}
