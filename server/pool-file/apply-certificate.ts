import { readFileSync } from 'node:fs';
import type { Service } from '../api/operation.ts';
import { putCertificate } from '../configuration/put-certificate.ts';
import { invalidParameter } from '../errors.ts';
import { readChain, UnusableCertificate } from '../tls/certificate-pair.ts';
import type { CertificateEntry } from './schema.ts';

/**
 * Brings a certificate of the file. One that was issued later is left in its place: it was renewed by command since
 * the file was written, and must not be undone by the next start, nor keep it from starting once the file's has expired.
 */
export async function applyCertificate(service: Service, { arn, ...paths }: CertificateEntry): Promise<void> {
  const chain = readText(paths.chain);
  const stored = await service.directory.installation.find('certificate', arn);
  if (stored && (stored.record.chain === chain || issuedAt(stored.record.chain) > issuedAt(chain))) return;
  await putCertificate(service, { arn, chain, key: readText(paths.key) });
}

function issuedAt(chain: string): number {
  try {
    return readChain(chain).validFrom;
  } catch (error) {
    if (error instanceof UnusableCertificate) throw invalidParameter(`The certificate ${error.message}.`);
    throw error;
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw invalidParameter(`${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}
