/**
 * Where a pool file contradicts what is stored already and can never be changed. A rehearsal on empty stores cannot
 * see these faults, so they are looked for before the first write.
 */
import type { Stored } from '#adapters/directory/store.ts';
import type { Service } from '../api/operation.ts';
import { isSecretOf } from '../configuration/check-secret-hash.ts';
import { openClient } from '../configuration/find-client.ts';
import { openIdClientFault } from '../configuration/openid/client-metadata-rules.ts';
import { poolFeatures } from '../configuration/openid/features.ts';
import type { Tags } from '../configuration/tags.ts';
import { agrees } from './agrees.ts';
import type { ClientEntry, PoolEntry, PoolFile } from './schema.ts';
import { tagsAfter } from './tags-after.ts';

/** Members of CreateUserPool that a pool keeps for its whole life. */
export const FIXED_AT_CREATION = ['AliasAttributes', 'UsernameAttributes', 'UsernameConfiguration'];

/** A sentence for every contradiction; none when the file can be applied. */
export async function conflicts(file: PoolFile, service: Service): Promise<string[]> {
  const faults: string[] = [];
  for (const [index, entry] of file.pools.entries()) {
    const stored = await findPool(service, entry);
    const at = `pools.${index}`;
    if (stored) {
      for (const name of FIXED_AT_CREATION)
        if (name in entry.settings && !agrees(settingsOf(stored, name), entry.settings[name]))
          faults.push(`${at}.settings.${name}: cannot be changed once the pool exists.`);
    }
    for (const { name } of entry.domain) {
      const domain = await service.directory.find('domain', name);
      if (domain && domain.pool !== stored?.id) faults.push(`${at}.domain: ${name} belongs to another pool.`);
    }
    for (const [i, client] of entry.clients.entries()) {
      const fault = await clientConflict(service, { stored, entry }, client);
      if (fault) faults.push(`${at}.clients.${i}.${fault}`);
    }
  }
  return faults;
}

async function clientConflict(
  service: Service,
  { stored, entry }: { stored: Stored<'pool'> | undefined; entry: PoolEntry },
  { id, secret, settings, OpenId }: ClientEntry,
): Promise<string | undefined> {
  const found = id === undefined ? undefined : await service.directory.find('client', id);
  if (!found) return undefined;
  if (found.pool !== stored?.id) return `id: ${id} belongs to another pool.`;
  const client = openClient(service, found);
  if (secret !== undefined && !isSecretOf(client, secret))
    return 'secret: is no secret of the client; add it with AddUserPoolClientSecret, or give the client another id.';
  if (!OpenId) return undefined;
  // The secret may be one that the file does not name. What it does name has passed the rehearsal.
  return openIdClientFault(OpenId, {
    features: poolFeatures({ tags: tagsAfter(stored, entry) as Tags }),
    secret: client.secret,
    callbackUrls: (settings['CallbackURLs'] as string[] | undefined) ?? client.settings.CallbackURLs,
  });
}

/** The stored pool that an entry means: by its fixed id, else by its name. */
export async function findPool(
  service: Pick<Service, 'directory'>,
  { id, settings }: PoolEntry,
): Promise<Stored<'pool'> | undefined> {
  if (id) return service.directory.find('pool', id);
  let cursor: string | undefined;
  do {
    const page = await service.directory.listPools({ limit: 60, cursor });
    const found = page.items.find(({ record }) => record.name === settings['PoolName'] && !record.deleting);
    if (found) return found;
    cursor = page.cursor;
  } while (cursor);
  return undefined;
}

function settingsOf(stored: Stored<'pool'>, name: string): unknown {
  return (stored.record.settings as unknown as Record<string, unknown>)[name] ?? [];
}
