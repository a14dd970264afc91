/** Lists the pools of a region. Those of other regions and those being deleted are skipped, never counted as a page. */
import type { DirectoryStores, Page } from '#adapters/directory/store.ts';

/** At most `limit` pools; a cursor when there may be more. */
export async function listPools(
  directory: DirectoryStores,
  region: string,
  { limit, cursor }: { limit: number; cursor?: string },
): Promise<Page<'pool'>> {
  const items: Page<'pool'>['items'] = [];
  let next = cursor;
  do {
    // Asking for what is missing only, the cursor never stands behind a pool that does not fit the page.
    const page = await directory.listPools({ limit: limit - items.length, cursor: next });
    items.push(...page.items.filter(({ record }) => record.region === region && !record.deleting));
    next = page.cursor;
  } while (items.length < limit && next !== undefined);
  return { items, cursor: next };
}
