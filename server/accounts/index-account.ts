import type { Account, Names, SearchField } from '#adapters/accounts/store.ts';
import type { PoolSettings } from '#adapters/directory/records.ts';
import { aliasForm } from './attributes/contact-forms.ts';
import { foldName } from './fold-name.ts';

/** An account without what follows from it. */
export type Unindexed = Omit<Account, 'names' | 'search'>;

type Rules = Pick<PoolSettings, 'UsernameConfiguration' | 'AliasAttributes' | 'UsernameAttributes'>;

const CONTACTS = ['email', 'phone_number'] as const;
const FOLDED = ['username', 'email', 'preferred_username'] as const;
const PLAIN = ['phone_number', 'name', 'given_name', 'family_name'] as const;

/**
 * The account with the names under which it is found and the values under which it is listed. The one place that
 * derives them: called by `write-account.ts` on every write, so that they cannot drift from the attributes.
 */
export function indexAccount(settings: Rules, account: Unindexed): Account {
  return { ...account, names: namesOf(settings, account), search: searchOf(settings, account) };
}

function namesOf(settings: Rules, { username, attributes, status }: Unindexed): Names {
  const names: Names = { username: foldName(settings, 'username', username) };
  // Signs in at a provider and nowhere else: the same address may well be the sign-in name of another (FED-127), and
  // what a provider says of somebody must not take a name away from anyone (ATK-30).
  if (status === 'EXTERNAL_PROVIDER') return names;
  for (const contact of CONTACTS) {
    const value = attributes[contact];
    if (!value) continue;
    // As an alias a contact counts only once it is proven (USR-179); as the sign-in name it always does (USR-194).
    const alias = settings.AliasAttributes.includes(contact) && attributes[`${contact}_verified`] === 'true';
    if (alias || settings.UsernameAttributes.includes(contact))
      names[contact] = foldName(settings, contact, value);
  }
  const preferred = attributes['preferred_username'];
  // Needs no proof, so one that looks like a contact is no name where contacts are: whoever looks for the person of an
  // address, say to put them into a group, would find the one who calls themself so.
  const prefers = settings.AliasAttributes.includes('preferred_username');
  if (preferred && prefers && !aliasForm(settings, preferred))
    names.preferred_username = foldName(settings, 'preferred_username', preferred);
  return names;
}

function searchOf(settings: Rules, account: Unindexed): Account['search'] {
  const search: Account['search'] = {
    user_status: account.status,
    enabled: account.enabled ? 'Enabled' : 'Disabled',
    sub: account.id,
  };
  for (const field of FOLDED) {
    const value = field === 'username' ? account.username : account.attributes[field];
    if (value) search[field] = searchValue(settings, field, value);
  }
  for (const field of PLAIN) {
    const value = account.attributes[field];
    if (value) search[field] = searchValue(settings, field, value);
  }
  return search;
}

/** The form in which a value is listed, and in which a filter's value must be given to the store (5.2). */
export function searchValue(settings: Rules, field: SearchField, value: string): string {
  if (field === 'user_status') return value.toUpperCase();
  if (field === 'username' || field === 'email' || field === 'preferred_username')
    return foldName(settings, field, value);
  return value.normalize('NFC');
}
