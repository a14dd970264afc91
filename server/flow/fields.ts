/**
 * What forms ask for, as data: the label, the kind of input and the hints that let password managers and phones
 * help. Knows no rule: which attributes a pool demands is in its settings, whether a value is right is for
 * `accounts` to say.
 */
import type { PasswordPolicy, PoolSettings, SchemaAttribute } from '#adapters/directory/records.ts';
import { policyHints } from '../accounts/password-policy.ts';
import { say, type Texts } from './texts/texts.ts';

export interface Field {
  /** The name in the form. */
  name: string;
  label: string;
  type: 'text' | 'email' | 'tel' | 'url' | 'date' | 'number' | 'password';
  autocomplete: string;
  inputmode?: 'email' | 'tel' | 'numeric' | 'url';
  required: boolean;
  hint?: string;
  /** Prefilled, or what was typed before. */
  value?: string;
  /** Passwords and codes are never shown again after a failed post. */
  secret?: boolean;
  /** Typed as it is: the phone shall neither capitalize nor correct it. */
  verbatim?: boolean;
  /** Takes the cursor when the page opens. */
  focus?: boolean;
  /** What a new password needs, in words and in a form that the browser can try: a length, or one of the characters. */
  policy?: { text: string; minimum?: number; characters?: string }[];
}

/** A field as its template draws it. */
export interface DrawnField extends Field {
  id: string;
  error?: string;
  /** Ids of what explains the field, for `aria-describedby`. */
  describedBy: string;
}

/** @param failed what was typed and what is wrong with it, when the form is shown again */
export function describeField(
  field: Field,
  failed?: { input: Record<string, string>; error?: string },
): DrawnField {
  const id = `field-${field.name}`;
  const typed = failed ? failed.input[field.name] : field.value;
  return {
    ...field,
    id,
    value: field.secret ? undefined : typed,
    focus: !failed && field.focus,
    error: failed?.error,
    describedBy: [failed?.error && `${id}-error`, (field.hint || field.policy) && `${id}-hint`]
      .filter(Boolean)
      .join(' '),
  };
}

type SignInNames = Pick<PoolSettings, 'UsernameAttributes' | 'AliasAttributes'>;

/** The sign-in name, called what the pool lets people sign in with. */
export function usernameField(t: Texts, settings: SignInNames, value?: string): Field {
  const { UsernameAttributes: instead, AliasAttributes: beside } = settings;
  const names = instead.length ? instead : ['username', ...beside];
  const kinds = ['username', 'email', 'phone_number'].filter((kind) => names.includes(kind)).join(' ');
  const labels: Record<string, string> = t.labels.username;
  return {
    name: 'username',
    label: labels[kinds] ?? t.labels.username.username,
    type: 'text',
    autocomplete: 'username',
    verbatim: true,
    inputmode: kinds.includes('email') ? 'email' : kinds === 'phone_number' ? 'tel' : undefined,
    required: true,
    value,
    focus: !value,
  };
}

/** The sign-in name that a new account will have: of one kind, so the keyboard and the browser's check fit it. */
export function newUsernameField(t: Texts, settings: SignInNames, value?: string): Field {
  const instead = settings.UsernameAttributes;
  const field = {
    ...usernameField(t, { UsernameAttributes: instead, AliasAttributes: [] }, value),
    focus: true,
  };
  if (!instead.length) return { ...field, hint: t.hints.username };
  if (instead.length > 1) return field;
  return instead[0] === 'email'
    ? { ...field, type: 'email' }
    : { ...field, type: 'tel', hint: t.hints.phone_number };
}

export function passwordField(t: Texts): Field {
  return {
    name: 'password',
    label: t.labels.password,
    type: 'password',
    autocomplete: 'current-password',
    required: true,
    secret: true,
  };
}

export function newPasswordField(t: Texts, policy: PasswordPolicy, label = t.labels.newPassword): Field {
  return {
    name: 'password',
    label,
    type: 'password',
    autocomplete: 'new-password',
    required: true,
    secret: true,
    policy: policyHints(policy).map(({ name, minimum, characters }) => ({
      text: say(t.policy[name], { minimum: String(minimum) }),
      minimum,
      characters,
    })),
  };
}

export function codeField(t: Texts): Field {
  return {
    name: 'code',
    label: t.labels.code,
    type: 'text',
    autocomplete: 'one-time-code',
    inputmode: 'numeric',
    required: true,
    hint: t.hints.code,
    secret: true,
    focus: true,
  };
}

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
