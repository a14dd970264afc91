import { invalidParameter } from '../../errors.ts';
import type { Pool } from '../../pool.ts';
import { type Attributes, checkRequired } from './check-attributes.ts';

/**
 * Refuses a change that takes away what the account cannot be without: a required attribute (USR-174), or what it signs
 * in with in place of a username (9.6). What it lacked before it may go on lacking: administrators make accounts
 * without all of it.
 * @throws Refusal `attribute-schema`, `invalid-parameter`
 */
export function checkKept({ settings }: Pick<Pool, 'settings'>, before: Attributes, after: Attributes): void {
  checkRequired(
    settings.SchemaAttributes.filter(({ Name }) => before[Name]),
    after,
  );
  for (const contact of settings.UsernameAttributes)
    if (before[contact] && !after[contact])
      throw invalidParameter(`${contact} cannot be deleted: users of this pool sign in with it.`);
}
