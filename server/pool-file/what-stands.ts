/**
 * What a rehearsal on empty stores must know of the real ones: the certificates that operators brought, which the file
 * may name without holding them, and the domains that stand already. Those are not rehearsed: a certificate that has
 * expired since would be refused for a new domain, and then one domain would keep all pools from starting.
 */
import type { Service } from '../api/operation.ts';
import type { DomainEntry, PoolFile } from './schema.ts';

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

/** The file without the custom domains that have the certificate that it names. */
export async function withoutWhatStands(file: PoolFile, { directory }: Directory): Promise<PoolFile> {
  const stands = async ({ name, certificateArn }: DomainEntry) =>
    certificateArn !== undefined &&
    (await directory.find('domain', name))?.record.certificateArn === certificateArn;
  const pools = file.pools.map(async (pool) => {
    const domain: DomainEntry[] = [];
    for (const entry of pool.domain) if (!(await stands(entry))) domain.push(entry);
    return { ...pool, domain };
  });
  return { ...file, pools: await Promise.all(pools) };
}
