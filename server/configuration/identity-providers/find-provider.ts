/**
 * Identity providers outside of a pool, as administrators set them up. What belongs to a protocol (which details there
 * are, what they may be) is the business of `#federation`; here is what holds for all: names, identifiers, mapping, and
 * that nothing secret is stored in the clear. Read from the directory each time, so that a provider that was deleted or
 * changed is so at once, in every process (ATK-39). Nothing here knows people or pages.
 */
import type { IdentityProviderRecord } from '#adapters/directory/records.ts';
import type { Stored } from '#adapters/directory/store.ts';
import { Refusal } from '../../errors.ts';
import type { Pool } from '../../pool.ts';

/** A provider as rules use it: its secrets opened. */
export interface IdentityProvider extends Omit<IdentityProviderRecord, 'sealedDetails'> {
  name: string;
  /** Milliseconds since the epoch. */
  createdAt: number;
  modifiedAt: number;
}

export type Reading = Pick<Pool, 'id' | 'directory' | 'vault'>;

/** More than a pool may have, so that one page holds all. */
const ALL = 1000;
const PURPOSE = 'identity-provider';

/** Details that are kept sealed, whichever provider has them. */
const SECRET = ['client_secret', 'private_key'];

export async function findProvider(pool: Reading, name: string): Promise<IdentityProvider | undefined> {
  const stored = await pool.directory.find('identity-provider', name);
  return stored && openRecord(pool, stored);
}

/** @throws Refusal `provider-not-found` */
export async function requireProvider(pool: Reading, name: string): Promise<IdentityProvider> {
  const found = await findProvider(pool, name);
  if (!found) throw new Refusal('provider-not-found', { provider: name });
  return found;
}

/** Those of some names that are there, in the order of the names given. */
export async function findProviders(pool: Reading, names: readonly string[]): Promise<IdentityProvider[]> {
  if (names.length === 0) return [];
  const found = await pool.directory.findSome('identity-provider', [...new Set(names)]);
  return found
    .toSorted((a, b) => names.indexOf(a.id) - names.indexOf(b.id))
    .map((stored) => openRecord(pool, stored));
}

/** All of the pool, in the order of their names. */
export async function allProviders(pool: Reading): Promise<IdentityProvider[]> {
  const { items } = await pool.directory.list('identity-provider', { limit: ALL });
  return items.map((stored) => openRecord(pool, stored));
}

/** The provider that has this identifier, whatever its case. @throws Refusal `provider-not-found` */
export async function findByIdentifier(pool: Reading, identifier: string): Promise<IdentityProvider> {
  const wanted = foldIdentifier(identifier);
  const found = (await allProviders(pool)).find(({ identifiers }) =>
    identifiers.some((one) => foldIdentifier(one) === wanted),
  );
  if (!found) throw new Refusal('provider-not-found', { provider: identifier });
  return found;
}

/** The form in which identifiers are compared: domains have no case (FED-20). */
export const foldIdentifier = (identifier: string) => identifier.trim().toLowerCase();

export function openRecord(
  { id: poolId, vault }: Pick<Pool, 'id' | 'vault'>,
  { id: name, record, createdAt, modifiedAt }: Stored<'identity-provider'>,
): IdentityProvider {
  const { sealedDetails, details, ...rest } = record;
  const secret = JSON.parse(vault.open(PURPOSE, `${poolId}/${name}`, sealedDetails)) as typeof details;
  return { ...rest, name, details: { ...details, ...secret }, createdAt, modifiedAt };
}

/** Splits details into what is stored in the clear and what is sealed for this provider alone. */
export function sealDetails(
  { id: poolId, vault }: Pick<Pool, 'id' | 'vault'>,
  name: string,
  details: Record<string, string>,
): Pick<IdentityProviderRecord, 'details' | 'sealedDetails'> {
  const pick = (secret: boolean) =>
    Object.fromEntries(Object.entries(details).filter(([key]) => SECRET.includes(key) === secret));
  return {
    details: pick(false),
    sealedDetails: vault.seal(PURPOSE, `${poolId}/${name}`, JSON.stringify(pick(true))),
  };
}
