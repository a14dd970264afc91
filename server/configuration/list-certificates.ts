import type { DirectoryStores } from '#adapters/directory/store.ts';
import { type CertificateFacts, readChain } from '../tls/certificate-pair.ts';
import { customDomains } from './custom-domains.ts';

export interface KnownCertificate extends Pick<CertificateFacts, 'names' | 'validTo'> {
  arn: string;
  /** Custom domains that name it. */
  domains: string[];
}

const PAGE = 100;

/** Every certificate that operators brought, in the order of the ARNs. */
export async function listCertificates(directory: DirectoryStores): Promise<KnownCertificate[]> {
  const domains = await customDomains(directory);
  const known: KnownCertificate[] = [];
  let cursor: string | undefined;
  do {
    const page = await directory.installation.list('certificate', { limit: PAGE, cursor });
    for (const { id: arn, record } of page.items) {
      const { names, validTo } = readChain(record.chain);
      const using = domains.filter((domain) => domain.record.certificateArn === arn);
      known.push({ arn, names, validTo, domains: using.map(({ id }) => id) });
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
  return known;
}
