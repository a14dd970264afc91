import type { DirectoryStores, Stored } from '#adapters/directory/store.ts';

/** Bounds far above what a pool may have, so that one page holds all. */
const ALL = 100;

/** The custom domains of the whole installation. Reads every pool: for changes of configuration, never for a request. */
export async function customDomains(directory: DirectoryStores): Promise<Stored<'domain'>[]> {
  const found: Stored<'domain'>[] = [];
  let cursor: string | undefined;
  do {
    const page = await directory.listPools({ limit: 100, cursor });
    for (const { id } of page.items) {
      const { items } = await directory.forPool(id).list('domain', { limit: ALL });
      found.push(...items.filter(({ record }) => record.kind === 'custom'));
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
  return found;
}
