import type { PoolSettings, SchemaAttribute } from '#adapters/directory/records.ts';
import type { Field } from './fields.ts';
import type { Texts } from './texts/texts.ts';

type Kind = Pick<Field, 'type' | 'autocomplete' | 'inputmode'>;

/** In the order in which people expect to be asked. */
const ATTRIBUTE_KINDS: Record<string, Kind> = {
  email: { type: 'email', autocomplete: 'email', inputmode: 'email' },
  phone_number: { type: 'tel', autocomplete: 'tel', inputmode: 'tel' },
  name: { type: 'text', autocomplete: 'name' },
  given_name: { type: 'text', autocomplete: 'given-name' },
  middle_name: { type: 'text', autocomplete: 'additional-name' },
  family_name: { type: 'text', autocomplete: 'family-name' },
  nickname: { type: 'text', autocomplete: 'nickname' },
  preferred_username: { type: 'text', autocomplete: 'nickname' },
  birthdate: { type: 'date', autocomplete: 'bday' },
  gender: { type: 'text', autocomplete: 'sex' },
  address: { type: 'text', autocomplete: 'street-address' },
  locale: { type: 'text', autocomplete: 'language' },
  zoneinfo: { type: 'text', autocomplete: 'off' },
  website: { type: 'url', autocomplete: 'url', inputmode: 'url' },
  profile: { type: 'url', autocomplete: 'url', inputmode: 'url' },
  picture: { type: 'url', autocomplete: 'photo', inputmode: 'url' },
  updated_at: { type: 'number', autocomplete: 'off', inputmode: 'numeric' },
};
const ORDER = Object.keys(ATTRIBUTE_KINDS);

/** A field for an attribute of the pool's schema, standard or custom. */
export function attributeField(t: Texts, name: string, required: boolean): Field {
  const labels: Record<string, string> = t.labels.attributes;
  const hints: Record<string, string> = t.hints;
  return {
    ...(ATTRIBUTE_KINDS[name] ?? { type: 'text', autocomplete: 'off' }),
    name,
    label: labels[name] ?? name.replace(/^custom:/, ''),
    phone: name === 'phone_number',
    hint: hints[name],
    required,
  };
}

/**
 * The attributes that signing up asks for (HUI-168): every required one, and the contacts to which the pool sends
 * its codes, without which an account could not be confirmed. What is the sign-in name already is not asked twice.
 */
export function signUpAttributes(
  t: Texts,
  settings: Pick<PoolSettings, 'SchemaAttributes' | 'AutoVerifiedAttributes' | 'UsernameAttributes'>,
  writable: (name: string) => boolean,
): Field[] {
  const isUsername = (name: string) =>
    settings.UsernameAttributes.length === 1 && settings.UsernameAttributes[0] === name;
  const asked = (attribute: SchemaAttribute) =>
    attribute.Required || (settings.AutoVerifiedAttributes as string[]).includes(attribute.Name);
  // With a choice of email or phone number as the sign-in name, whichever was not chosen stays optional here.
  const chosen = (name: string) => (settings.UsernameAttributes as string[]).includes(name);
  return settings.SchemaAttributes.filter((attribute) => attribute.Name !== 'sub')
    .filter((attribute) => asked(attribute) && !isUsername(attribute.Name))
    .filter((attribute) => attribute.Required || (writable(attribute.Name) && !chosen(attribute.Name)))
    .toSorted((a, b) => ORDER.indexOf(a.Name) - ORDER.indexOf(b.Name))
    .map(({ Name, Required }) => attributeField(t, Name, Required && !chosen(Name)));
}
