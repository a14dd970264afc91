import type { Reason, Refusal } from '../errors.ts';
import type { Field } from './fields.ts';
import { say, type Texts } from './texts/texts.ts';

/** Which field of a form a refusal is about; the first of them that the form has. */
const FIELDS: Partial<Record<Reason, string[]>> = {
  'password-policy': ['password'],
  'password-reused': ['password'],
  'username-taken': ['username'],
  'user-account-exists': ['username'],
  'contact-taken-username': ['username'],
  'username-form': ['username'],
  'user-not-found': ['username'],
  'email-format': ['email', 'username'],
  'phone-format': ['phone_number', 'username'],
  'code-wrong': ['code'],
  'code-expired': ['code'],
};

export interface PageError {
  /** The field that it belongs to, when the form has it. */
  field?: string;
  text: string;
}

/** What to tell the person about a refusal, and at which field. */
export function sentenceFor(
  t: Texts,
  refusal: Pick<Refusal, 'reason' | 'details'>,
  fields: Field[],
): PageError {
  const names = FIELDS[refusal.reason] ?? [refusal.details['attribute'] ?? ''];
  const field = names.flatMap((name) => fields.filter((candidate) => candidate.name === name))[0];
  const attribute = refusal.details['attribute'] ?? '';
  const attributes: Record<string, string> = t.labels.attributes;
  const label = field?.label ?? attributes[attribute] ?? attribute.replace(/^(dev:)?custom:/, '');
  return { field: field?.name, text: say(t.sentences[refusal.reason], { ...refusal.details, label }) };
}
