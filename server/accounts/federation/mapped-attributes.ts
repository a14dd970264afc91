import type { ProvenIdentity } from '#federation/provider.ts';
import { writableAttributes } from '../../attribute-permissions.ts';
import { Refusal } from '../../errors.ts';
import type { Client, Pool } from '../../pool.ts';
import type { Attributes } from '../attributes/check-attributes.ts';
import type { Source } from './sign-in-federated.ts';

const CONTACTS = ['email', 'phone_number'] as const;
const FLAGS: readonly string[] = CONTACTS.map((contact) => `${contact}_verified`);

/**
 * What a provider's answer means for the attributes of its person: those that are mapped and that it gave (FED-114,
 * FED-115). A contact counts as proven only when the provider says so of the address that it gives in the same answer:
 * its word must not prove an address that is in the account already.
 * @throws Refusal `attribute-not-writable` for one that the client may not write (FED-113)
 */
export function mappedAttributes(
  pool: Pick<Pool, 'settings'>,
  client: Pick<Client, 'settings'>,
  { mapping }: Source,
  { subject, attributes }: ProvenIdentity,
): Attributes {
  const writable = writableAttributes(pool, client);
  const given: Attributes = {};
  for (const [name, from] of Object.entries(mapping)) {
    if (name === 'username') continue;
    const value = textOf(Object.hasOwn(attributes, from) ? attributes[from] : undefined);
    const text = value ?? (from === 'NameID' ? subject : '');
    if (text === '') continue;
    if (!FLAGS.includes(name) && !writable(name)) throw new Refusal('attribute-not-writable');
    given[name] = text;
  }
  for (const contact of CONTACTS) {
    const flag = `${contact}_verified`;
    const proven = given[contact] !== undefined && given[flag]?.toLowerCase() === 'true';
    delete given[flag];
    if (given[contact] !== undefined) given[flag] = String(proven);
  }
  return given;
}

/** One value is itself; several are a list in brackets, each encoded so that a comma in it is none between two (FED-120). */
function textOf(value: string | string[] | undefined): string | undefined {
  if (!Array.isArray(value)) return value;
  if (value.length < 2) return value[0];
  return `[${value.map(encoded).join(',')}]`;
}

/** As forms encode it: a space is `+`, and only letters, digits and `.-*_` stay as they are. */
const encoded = (text: string) => new URLSearchParams({ v: text }).toString().slice('v='.length);
