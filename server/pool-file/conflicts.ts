/**
 * Where a pool file contradicts what is stored already and can never be changed. A rehearsal on empty stores cannot
 * see these faults, so they are looked for before the first write.
 */
import type { Stored } from '#adapters/directory/store.ts';
import type { Service } from '../api/operation.ts';
import { isSecretOf } from '../configuration/check-secret-hash.ts';
import { openClient } from '../configuration/find-client.ts';
import { agrees } from './agrees.ts';
import type { PoolEntry, PoolFile } from './schema.ts';

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
    for (const [i, { id, secret }] of entry.clients.entries()) {
      const client = id === undefined ? undefined : await service.directory.find('client', id);
      if (!client || !id) continue;
      if (client.pool !== stored?.id) faults.push(`${at}.clients.${i}.id: ${id} belongs to another pool.`);
      else if (secret !== undefined && !isSecretOf(openClient(service, client), secret))
        faults.push(
          `${at}.clients.${i}.secret: is no secret of the client; add it with AddUserPoolClientSecret, or give the client another id.`,
        );
    }
  }
  return faults;
}

/** The stored pool that an entry means: by its fixed id, else by its name. */
export async function findPool(
  service: Service,
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
