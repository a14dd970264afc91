/**
 * What a rehearsal on empty stores must know of the real ones: the certificates that operators brought, which the file
 * may name without holding them, and the domains that stand already. Those are not rehearsed: a certificate that has
 * expired since would be refused for a new domain, and then one domain would keep all pools from starting. And the tags
 * that decide what clients may be, which a pool may have from others.
 */
import type { Service } from '../api/operation.ts';
import { FEATURES_TAG } from '../configuration/openid/features.ts';
import { PROFILE_TAG } from '../configuration/openid/profile.ts';
import type { Tags } from '../configuration/tags.ts';
import { findPool } from './conflicts.ts';
import type { DomainEntry, PoolEntry, PoolFile } from './schema.ts';
import { tagsAfter } from './tags-after.ts';

type Directory = Pick<Service, 'directory'>;

const PAGE = 100;

export async function copyCertificates(from: Directory, to: Directory): Promise<void> {
  let cursor: string | undefined;
  do {
    const page = await from.directory.installation.list('certificate', { limit: PAGE, cursor });
    for (const { id, record } of page.items)
      await to.directory.installation.create('certificate', id, record);
    cursor = page.cursor;
  } while (cursor !== undefined);
}

/**
 * The file without the custom domains that have the certificate that it names, and with the profile and the features
 * that its pools have and keep.
 */
export async function withWhatStands(file: PoolFile, service: Directory): Promise<PoolFile> {
  const { directory } = service;
  const stands = async ({ name, certificateArn }: DomainEntry) =>
    certificateArn !== undefined &&
    (await directory.find('domain', name))?.record.certificateArn === certificateArn;
  const pools = file.pools.map(async (pool) => {
    const domain: DomainEntry[] = [];
    for (const entry of pool.domain) if (!(await stands(entry))) domain.push(entry);
    return { ...pool, domain, settings: await settingsWithTags(service, pool) };
  });
  return { ...file, pools: await Promise.all(pools) };
}

/** No other tag of the stored ones: one that gives an id would ask for a pool of another region. */
async function settingsWithTags(service: Directory, entry: PoolEntry): Promise<PoolEntry['settings']> {
  const stored = await findPool(service, entry);
  if (!stored) return entry.settings;
  const { UserPoolTags: named } = entry.settings;
  const after = tagsAfter(stored, entry);
  if (after === named) return entry.settings;
  const kept = Object.entries(after as Tags).filter(([key]) => [PROFILE_TAG, FEATURES_TAG].includes(key));
  return { ...entry.settings, UserPoolTags: { ...(named as Tags | undefined), ...Object.fromEntries(kept) } };
}
