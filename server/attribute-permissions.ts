/**
 * Which attributes an app client may read and write (USR-208..216). The floor: `accounts`, `tokens` and `configuration`
 * all ask it, and must get one answer. It looks at names only; whether a value is right is for `accounts/attributes`.
 */
import type { Client, Pool } from './pool.ts';

type Reach = Pick<Pool, 'settings'>;

/** Names that the pool itself gives a value. No client ever writes them, whatever its lists say (USR-213). */
export const NEVER_WRITABLE: readonly string[] = ['sub', 'email_verified', 'phone_number_verified'];

/**
 * Says of an attribute's name whether the client may read it. `sub` always may: nobody could be told apart without.
 * A client without a list reads every standard attribute and the custom ones of its first day, so that an attribute
 * added later is shown to nobody unasked (USR-214).
 */
export function readableAttributes(pool: Reach, client: Pick<Client, 'settings'>): (name: string) => boolean {
  const { ReadAttributes } = client.settings;
  const readable = new Set(ReadAttributes?.length ? ReadAttributes : defaultNames(pool, client));
  return (name) => name === 'sub' || readable.has(name);
}

/**
 * Says of an attribute's name whether a person may write it through the client. Required attributes always are
 * writable, or nobody could sign up; those for developers only never are (USR-206).
 */
export function writableAttributes(pool: Reach, client: Pick<Client, 'settings'>): (name: string) => boolean {
  const { WriteAttributes } = client.settings;
  const writable = new Set(WriteAttributes?.length ? WriteAttributes : defaultNames(pool, client));
  for (const attribute of pool.settings.SchemaAttributes) {
    if (attribute.Required) writable.add(attribute.Name);
    if (attribute.DeveloperOnlyAttribute) writable.delete(attribute.Name);
  }
  for (const name of NEVER_WRITABLE) writable.delete(name);
  return (name) => writable.has(name);
}

function defaultNames(pool: Reach, client: Pick<Client, 'settings'>): string[] {
  const standard = pool.settings.SchemaAttributes.map(({ Name }) => Name).filter(
    (name) => !name.includes(':'),
  );
  return [...standard, ...client.settings.defaultAttributes];
}
