import type { Account } from '#adapters/accounts/store.ts';
import type { ImportJobRecord, PoolSettings } from '#adapters/directory/records.ts';
import { applyAttributes } from '../../accounts/attributes/apply-attributes.ts';
import {
  type Attributes,
  checkAttributes,
  checkRequired,
} from '../../accounts/attributes/check-attributes.ts';
import { isBroughtHash } from '../../accounts/brought-hashes.ts';
import { nameNewAccount } from '../../accounts/new-name.ts';
import { invalidParameter } from '../../errors.ts';
import { MFA_ENABLED, PASSWORD_HASH, USERNAME } from './columns.ts';

export interface UserRules {
  settings: PoolSettings;
  /** The names in the header, in the order of the values. */
  columns: readonly string[];
  hashing?: ImportJobRecord['hashing'];
}

export type ReadUser = Pick<Account, 'id' | 'username' | 'attributes' | 'status' | 'passwordHash'>;

/**
 * The values of a row -> the account to be made. Somebody who comes with the hash of a password can sign in with it;
 * everybody else must choose one first.
 * @param id of the account
 * @throws Refusal whose message says what is wrong and holds nothing of the row (USR-151)
 */
export function readUser({ settings, columns, hashing }: UserRules, values: string[], id: string): ReadUser {
  if (values.length !== columns.length)
    throw invalidParameter('The number of values is not the number of columns in the header.');
  const row = new Map(columns.map((name, index) => [name, values[index] ?? '']));
  const hash = row.get(PASSWORD_HASH);
  checkMfa(settings, row.get(MFA_ENABLED) ?? '');
  const given = attributesOf(settings, row);
  checkVerified(settings, given);
  const named = nameNewAccount(settings, row.get(USERNAME) ?? '', given, { id, confirmed: true });
  const { SchemaAttributes: schema } = settings;
  checkAttributes({ schema, given: named.attributes, creating: true });
  checkRequired(schema, named.attributes);
  const user = { id, username: named.username, attributes: applyAttributes({}, named.attributes) };
  if (!hash) return { ...user, status: 'RESET_REQUIRED' };
  if (!hashing || !isBroughtHash(hashing, hash))
    throw invalidParameter(
      'The password hash is not in a form of the algorithm of the job that Foyer knows.',
    );
  return { ...user, status: 'CONFIRMED', passwordHash: hash };
}

/** What a row says of attributes. An empty value is an attribute that is not set. */
function attributesOf({ SchemaAttributes }: PoolSettings, row: ReadonlyMap<string, string>): Attributes {
  const attributes: Attributes = {};
  for (const [name, value] of row) {
    if (value === '' || name === USERNAME || name === MFA_ENABLED || name === PASSWORD_HASH) continue;
    const type = SchemaAttributes.find(({ Name }) => Name === name)?.AttributeDataType;
    const form = type === 'Boolean' ? trueOrFalse : FORMS.get(name);
    attributes[name] = form?.(value, name) ?? value;
  }
  return attributes;
}

/** Values that a file writes in a form of its own, beside truth values, which it may write in capitals. */
const FORMS: ReadonlyMap<string, (value: string, name: string) => string> = new Map([
  ['birthdate', date],
  ['updated_at', seconds],
]);

function trueOrFalse(value: string, name: string): string {
  const lower = value.toLowerCase();
  if (lower !== 'true' && lower !== 'false') throw invalidParameter(`${name} must be true or false.`);
  return lower;
}

/** Kept as it is written: nothing says that it becomes another form. */
function date(value: string, name: string): string {
  const [, month, day, year] = /^(\d\d)\/(\d\d)\/(\d{4})$/.exec(value) ?? [];
  const at = new Date(`${year}-${month}-${day}T00:00:00Z`);
  // The thirtieth of February is taken for a day in March.
  if (Number.isNaN(at.getTime()) || at.getUTCDate() !== Number(day))
    throw invalidParameter(`${name} must be a date of the form mm/dd/yyyy.`);
  return value;
}

function seconds(value: string, name: string): string {
  if (!/^\d{1,12}$/.test(value)) throw invalidParameter(`${name} must be seconds since the epoch.`);
  return value;
}

/** SEC-110 */
function checkMfa({ MfaConfiguration }: PoolSettings, value: string): void {
  const enabled = trueOrFalse(value, MFA_ENABLED) === 'true';
  if (MfaConfiguration === 'ON' && !enabled)
    throw invalidParameter(`${MFA_ENABLED} must be true: the user pool requires MFA.`);
  if (MfaConfiguration === 'OFF' && enabled)
    throw invalidParameter(`${MFA_ENABLED} must be false: the user pool has no MFA.`);
}

/** Who has no proven contact could never choose a password. */
function checkVerified({ AutoVerifiedAttributes }: PoolSettings, given: Attributes): void {
  if (!AutoVerifiedAttributes.some((contact) => given[`${contact}_verified`] === 'true'))
    throw invalidParameter(
      'The User Record does not set any of the auto verified attributes to true. (Example: email_verified to true).',
    );
}
