import { randomUUID } from 'node:crypto';
import type { Contact, PoolSettings } from '#adapters/directory/records.ts';
import { invalidParameter, Refusal } from '../errors.ts';
import type { Pool } from '../pool.ts';
import type { Attributes } from './attributes/check-attributes.ts';
import { aliasForm, isEmail, isPhoneNumber } from './attributes/contact-forms.ts';
import { foldName } from './fold-name.ts';

const USERNAME = /^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}$/u;

type Named = { id: string; username: string; attributes: Attributes };

/**
 * Id, username and attributes of an account that is being made under a name. In a pool where an e-mail address or
 * telephone number is the sign-in name, that becomes the attribute, and the username is the id (9.6).
 * @param as an id for it, and whether it is confirmed as soon as it is made
 * @throws Refusal `username-form`
 */
export function nameNewAccount(
  settings: PoolSettings,
  typed: string,
  given: Attributes,
  as: { id?: string; confirmed?: boolean } = {},
): Named {
  const { id = randomUUID(), confirmed = false } = as;
  if (!USERNAME.test(typed))
    throw refuse('Username must be 1 to 128 letters, digits, symbols or punctuation, without spaces.');
  const aliases: readonly string[] = settings.AliasAttributes;
  if (!confirmed && aliases.includes('preferred_username') && given['preferred_username'])
    throw invalidParameter(
      'preferred_username can be set only after the user is confirmed, since it is an alias.',
    );
  if (settings.UsernameAttributes.length > 0) {
    const contact = contactOf(settings.UsernameAttributes, typed);
    // Two different addresses in one request: which of them is the name would be a guess.
    if (given[contact] && foldName(settings, contact, given[contact]) !== foldName(settings, contact, typed))
      throw invalidParameter(`Username and the ${contact} attribute must be the same.`);
    return { id, username: id, attributes: { ...given, [contact]: typed } };
  }
  const form = aliasForm(settings, typed);
  if (form) throw refuse(`Username ${formFault(form)}`);
  return { id, username: typed, attributes: { ...given } };
}

/**
 * Refuses a username that another account uses as its preferred username: who signs in under it would meet the
 * newcomer's account. Asked before a password is hashed; two who ask at the same moment are told by the write.
 * @throws Refusal `username-taken`
 */
export async function refuseShadowing(
  pool: Pick<Pool, 'accounts' | 'settings'>,
  username: string,
): Promise<void> {
  if (!pool.settings.AliasAttributes.includes('preferred_username')) return;
  const name = foldName(pool.settings, 'preferred_username', username);
  if (await pool.accounts.findByName('preferred_username', name)) throw new Refusal('username-taken');
}

/**
 * The other way round: refuses a preferred username that is another account's username, which would be found first, or
 * looks like a contact: see `index-account.ts`.
 * @throws Refusal `alias-taken`, `invalid-parameter`
 */
export async function refuseShadowed(
  pool: Pick<Pool, 'accounts' | 'settings'>,
  id: string,
  preferred: string | undefined,
): Promise<void> {
  if (!preferred || !pool.settings.AliasAttributes.includes('preferred_username')) return;
  const form = aliasForm(pool.settings, preferred);
  if (form) throw invalidParameter(`preferred_username ${formFault(form)}`);
  const holder = await pool.accounts.findByName('username', foldName(pool.settings, 'username', preferred));
  if (holder && holder.id !== id) throw new Refusal('alias-taken', { contact: 'preferred_username' });
}

function contactOf(allowed: Contact[], typed: string): Contact {
  if (allowed.includes('email') && isEmail(typed)) return 'email';
  if (allowed.includes('phone_number') && isPhoneNumber(typed)) return 'phone_number';
  if (allowed.length > 1) throw refuse('Username should be either an email or a phone number.');
  throw refuse(
    allowed[0] === 'email' ? 'Username should be an email.' : 'Username should be a phone number.',
  );
}

const formFault = (form: string) =>
  `cannot be of ${form} format, since user pool is configured for ${form} alias.`;

function refuse(message: string): Refusal {
  return new Refusal('username-form', { message });
}
