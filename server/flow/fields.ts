/**
 * What forms ask for, as data: the label, the kind of input and the hints that let password managers and phones
 * help. Knows no rule: which attributes a pool demands is in its settings, whether a value is right is for
 * `accounts` to say.
 */
import type { PasswordPolicy, PoolSettings } from '#adapters/directory/records.ts';
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
  /** A telephone number fits, which people write with spaces and brackets. */
  phone?: boolean;
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
    phone: names.includes('phone_number'),
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
