import type { PoolSettings } from '#adapters/directory/records.ts';
import { customNames } from '../../configuration/attribute-schema.ts';
import { UnreadableFile } from './read-lines.ts';
import { splitLine } from './split-line.ts';

export const USERNAME = 'cognito:username';
export const MFA_ENABLED = 'cognito:mfa_enabled';
/** In files of jobs that say how passwords are hashed, and in no others. */
export const PASSWORD_HASH = 'cognito:password_hash';

/** In the service's order. */
const STANDARD = [
  'name',
  'given_name',
  'family_name',
  'middle_name',
  'nickname',
  'preferred_username',
  'profile',
  'picture',
  'website',
  'email',
  'email_verified',
  'gender',
  'birthdate',
  'zoneinfo',
  'locale',
  'phone_number',
  'phone_number_verified',
  'address',
  'updated_at',
] as const;

/** The columns of a file for a pool, as GetCSVHeader shows them (USR-125). */
export function columnsOf({ SchemaAttributes }: Pick<PoolSettings, 'SchemaAttributes'>): string[] {
  return [...STANDARD, ...customNames(SchemaAttributes), MFA_ENABLED, USERNAME];
}

/**
 * The names in a file's header, in its order: all that are expected, each once, and no others. What else stands there
 * is not repeated: a file without a header begins with a person.
 * @throws UnreadableFile
 */
export function readHeader(text: string, expected: readonly string[]): string[] {
  const columns = splitLine(text);
  const missing = expected.find((name) => !columns.includes(name));
  if (missing !== undefined) throw new UnreadableFile(`The header of the file lacks the column ${missing}.`);
  if (columns.some((name) => !expected.includes(name)))
    throw new UnreadableFile('The header of the file has a column that is no attribute of the user pool.');
  if (columns.length !== expected.length)
    throw new UnreadableFile('The header of the file has a column twice.');
  return columns;
}
