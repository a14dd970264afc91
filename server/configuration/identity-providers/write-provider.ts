import type { IdentityProviderRecord, IdentityProviderType } from '#adapters/directory/records.ts';
import { AlreadyExists, Missing } from '#adapters/errors.ts';
import { Refusal } from '../../errors.ts';
import type { Pool } from '../../pool.ts';
import {
  allProviders,
  type IdentityProvider,
  openRecord,
  type Reading,
  requireProvider,
  sealDetails,
} from './find-provider.ts';
import { checkedDetails, checkIdentifiers, checkName, completeMapping } from './provider-rules.ts';

type Writing = Reading & Pick<Pool, 'settings' | 'federation'>;

/** Identity providers of one pool (FED-150). */
const MOST_PROVIDERS = 300;

export interface NewProvider {
  name: string;
  type: IdentityProviderType;
  details: Record<string, string>;
  mapping?: Record<string, string>;
  identifiers?: string[];
}

/** @throws Refusal `provider-exists`, `invalid-parameter`, `limit-exceeded` */
export async function createProvider(pool: Writing, given: NewProvider): Promise<IdentityProvider> {
  const { name, type, identifiers = [] } = given;
  checkName(name, type);
  const all = await allProviders(pool);
  if (all.some((other) => other.name === name)) throw new Refusal('provider-exists', { provider: name });
  checkIdentifiers(name, identifiers, all);
  const mapping = completeMapping(pool, type, given.mapping ?? {});
  const details = await checkedDetails(pool, { name, type, mapping, details: given.details });
  const record = { type, mapping, identifiers, ...sealDetails(pool, name, details) };
  const stored = await pool.directory.create('identity-provider', name, record).catch((error: unknown) => {
    throw error instanceof AlreadyExists ? new Refusal('provider-exists', { provider: name }) : error;
  });
  await undoWhenRefused(pool, name, identifiers, () => pool.directory.remove('identity-provider', name));
  return openRecord(pool, stored);
}

/** What is given replaces what was there; what is not stays (FED-146). Name and type never change. */
export interface ProviderChanges {
  details?: Record<string, string>;
  mapping?: Record<string, string>;
  identifiers?: string[];
}

/** @throws Refusal `provider-not-found`, `invalid-parameter` */
export async function updateProvider(
  pool: Writing,
  name: string,
  given: ProviderChanges,
): Promise<IdentityProvider> {
  const current = await requireProvider(pool, name);
  const { type } = current;
  const identifiers = given.identifiers ?? current.identifiers;
  checkIdentifiers(name, identifiers, await allProviders(pool));
  const mapping = given.mapping ? completeMapping(pool, type, given.mapping) : current.mapping;
  const details = given.details
    ? await checkedDetails(pool, { name, type, mapping, details: given.details })
    : current.details;
  let before: IdentityProviderRecord | undefined;
  const write = (change: (record: IdentityProviderRecord) => IdentityProviderRecord) =>
    pool.directory.update('identity-provider', name, change).catch((error: unknown) => {
      throw error instanceof Missing ? new Refusal('provider-not-found', { provider: name }) : error;
    });
  const stored = await write((record) => {
    before = record;
    return {
      type,
      mapping: given.mapping ? mapping : record.mapping,
      identifiers: given.identifiers ?? record.identifiers,
      ...(given.details
        ? sealDetails(pool, name, details)
        : { details: record.details, sealedDetails: record.sealedDetails }),
    };
  });
  await undoWhenRefused(pool, name, identifiers, () => write((record) => before ?? record));
  return openRecord(pool, stored);
}

/**
 * Looked at once more after the write: of two that take an identifier, or the last place, at the same moment at least
 * one sees the other and takes itself back.
 */
async function undoWhenRefused(
  pool: Writing,
  name: string,
  identifiers: readonly string[],
  undo: () => Promise<unknown>,
): Promise<void> {
  const all = await allProviders(pool);
  try {
    checkIdentifiers(name, identifiers, all);
    if (all.length > MOST_PROVIDERS)
      throw new Refusal('limit-exceeded', {
        message: `A user pool cannot have more than ${MOST_PROVIDERS} identity providers.`,
      });
  } catch (error) {
    await undo();
    throw error;
  }
}
