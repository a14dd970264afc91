/**
 * People who come from providers outside. A provider has proven who somebody is there, by its name and theirs: that
 * pair, and nothing else, leads to an account. An e-mail address never does, since anybody can write one at a provider
 * of their own (ATK-29, ATK-30). Its neighbours: `flow` runs the protocol and hands over what was proven; `configuration`
 * keeps what administrators said about providers. Nothing here knows protocols, browsers or tokens.
 */
import { randomUUID } from 'node:crypto';
import type { Account } from '#adapters/accounts/store.ts';
import { AlreadyExists } from '#adapters/errors.ts';
import type { ProvenIdentity } from '#federation/provider.ts';
import { Refusal } from '../../errors.ts';
import type { Client, Pool } from '../../pool.ts';
import { applyAttributes } from '../attributes/apply-attributes.ts';
import { type Attributes, checkAttributes, missingAttributes } from '../attributes/check-attributes.ts';
import { changeAccount, createAccount, nameConflict } from '../write-account.ts';
import { mappedAttributes } from './mapped-attributes.ts';
import { providerGroup } from './provider-group.ts';

type Rules = Pick<Pool, 'id' | 'accounts' | 'directory' | 'settings' | 'clock'>;

/** A provider as rules about people need it. */
export interface Source {
  name: string;
  type: string;
  /** Attribute of the pool -> name at the provider. */
  mapping: Record<string, string>;
}

/** Apple tells somebody's name at their first visit, and never again. */
const SAYS_ONCE: readonly string[] = ['SignInWithApple'];

/** What username characters and length allow (FED-122). */
const USERNAME = /^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}$/u;

/**
 * The account of a proven identity: the one that holds it, its mapped attributes written anew (FED-110), or a new one.
 * All is written, or nothing.
 * @throws Refusal `user-disabled`, `provider-attributes-required`, `attribute-*`, `email-format`, `phone-format`,
 * `alias-taken`, `provider-username-taken`, `provider-subject`, `attempt-expired`
 */
export async function signInFederated(
  pool: Rules,
  client: Client,
  source: Source,
  proven: ProvenIdentity,
): Promise<Account> {
  const identity = { provider: source.name, subject: proven.subject };
  const given = mappedAttributes(pool, client, source, proven);
  const known = await pool.accounts.findByIdentity(identity);
  if (known) return update(pool, known, source, given, proven.subject);
  try {
    return await create(pool, source, given, proven);
  } catch (error) {
    if (!(error instanceof AlreadyExists)) throw error;
    // The same person, in two windows at once: the other has made the account.
    const made = await pool.accounts.findByIdentity(identity);
    if (made) return update(pool, made, source, given, proven.subject);
    throw new Refusal('provider-username-taken', { username: usernameOf(source, proven.subject) });
  }
}

const usernameOf = ({ name }: Source, subject: string) => `${name}_${subject}`;

async function create(
  pool: Rules,
  source: Source,
  given: Attributes,
  { subject, issuer }: ProvenIdentity,
): Promise<Account> {
  const username = usernameOf(source, subject);
  if (!USERNAME.test(username)) throw new Refusal('provider-subject');
  const schema = pool.settings.SchemaAttributes;
  checkAttributes({ schema, given, creating: true });
  const attributes = applyAttributes({}, given);
  refuseMissing(missingAttributes(schema, attributes));
  const { name: provider, type } = source;
  return createAccount(pool, {
    id: randomUUID(),
    username,
    attributes,
    status: 'EXTERNAL_PROVIDER',
    identities: [{ provider, type, subject, issuer, primary: true, linkedAt: pool.clock.now() }],
    groups: [await providerGroup(pool, provider)],
  });
}

async function update(
  pool: Rules,
  { id }: Account,
  source: Source,
  given: Attributes,
  subject: string,
): Promise<Account> {
  const schema = pool.settings.SchemaAttributes;
  const change = (current: Account): Account => {
    if (!current.enabled) throw new Refusal('user-disabled');
    // Unlinked since it was found.
    if (!current.identities?.some((one) => one.provider === source.name && one.subject === subject))
      throw new Refusal('attempt-expired');
    // Even with the value that is there (FED-112): an administrator shall see at once that it can never change.
    const fixed = schema.find(({ Name, Mutable }) => !Mutable && given[Name] !== undefined);
    if (fixed) throw new Refusal('attribute-immutable', { attribute: fixed.Name });
    checkAttributes({ schema, given, current: current.attributes });
    const attributes = applyAttributes(current.attributes, given);
    const unsupplied = schema
      .filter(
        ({ Name, Required }) =>
          Required && !SAYS_ONCE.includes(source.type) && Object.hasOwn(source.mapping, Name),
      )
      .filter(({ Name }) => given[Name] === undefined)
      .map(({ Name }) => Name);
    refuseMissing([...new Set([...unsupplied, ...missingAttributes(schema, attributes)])]);
    return { ...current, attributes };
  };
  try {
    return await changeAccount(pool, id, change);
  } catch (error) {
    const conflict = nameConflict(error);
    throw conflict ? new Refusal('alias-taken', { contact: conflict.kind }) : error;
  }
}

function refuseMissing(missing: string[]): void {
  if (missing.length > 0)
    throw new Refusal('provider-attributes-required', { attributes: missing.join(', ') });
}
