import type { SearchField } from '#adapters/accounts/store.ts';
import { invalidParameter } from '../../errors.ts';

export interface Filter {
  field: SearchField;
  match: 'equals' | 'prefix';
  /** As it was written, without quotes and escapes. */
  value: string;
}

/** What the filter calls an attribute, and what the store does. Nothing else can be searched (USR-105). */
const FIELDS = new Map<string, SearchField>([
  ['username', 'username'],
  ['email', 'email'],
  ['phone_number', 'phone_number'],
  ['name', 'name'],
  ['given_name', 'given_name'],
  ['family_name', 'family_name'],
  ['preferred_username', 'preferred_username'],
  ['cognito:user_status', 'user_status'],
  ['status', 'enabled'],
  ['sub', 'sub'],
]);

/** `attribute`, an operator, a value in quotes of either kind in which `\` takes the next character as it is. */
const FILTER = /^\s*([^\s=^"'\\]+)\s*(\^?=)\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')\s*$/s;

/**
 * Reads a filter of ListUsers, such as `family_name ^= "Re"`. Undefined for one that is empty: it lists everybody.
 * @throws Refusal `invalid-parameter`
 */
export function parseFilter(text: string): Filter | undefined {
  if (text.trim() === '') return undefined;
  const [, name, operator, double, single] = FILTER.exec(text) ?? [];
  if (name === undefined) throw invalidParameter('Error while parsing filter');
  const field = FIELDS.get(name);
  if (!field) throw invalidParameter(`Users cannot be searched by the attribute ${name}`);
  return {
    field,
    match: operator === '=' ? 'equals' : 'prefix',
    value: (double ?? single ?? '').replace(/\\(.)/gs, '$1'),
  };
}
