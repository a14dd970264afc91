/**
 * Certificates that operators bring, and that custom domains name by their ARN. Under the same ARN a certificate is
 * renewed in one step: every process serves the new one within two seconds, and no domain is touched (HUI-58).
 */
import { randomUUID } from 'node:crypto';
import type { CertificateRecord } from '#adapters/directory/records.ts';
import type { DirectoryStores } from '#adapters/directory/store.ts';
import { AlreadyExists } from '#adapters/errors.ts';
import type { Clock } from '../clock.ts';
import { invalidParameter } from '../errors.ts';
import type { ProcessSettings } from '../settings/process.ts';
import { sealCertificateKey } from '../tls/certificate-key.ts';
import {
  type CertificateFacts,
  type CertificatePair,
  checkPair,
  UnusableCertificate,
} from '../tls/certificate-pair.ts';
import type { Vault } from '../vault.ts';
import { customDomains } from './custom-domains.ts';

export interface CertificateService {
  directory: DirectoryStores;
  vault: Pick<Vault, 'seal'>;
  clock: Clock;
  settings: Pick<ProcessSettings, 'accountId'>;
}

/** The form that the service gives certificates of domains, in one region whatever the pool's. */
const ARN = /^arn:aws:acm:us-east-1:\d{12}:certificate\/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Keeps a certificate, under a new ARN unless one is given: then what is known by it is renewed.
 * Throws Refusal `invalid-parameter` for a certificate that cannot be used, another form of ARN, or a renewal that
 * would leave a domain without its certificate.
 */
export async function putCertificate(
  { directory, vault, clock, settings }: CertificateService,
  { chain, key, arn }: CertificatePair & { arn?: string },
): Promise<{ arn: string; renewed: boolean }> {
  if (arn !== undefined && !ARN.test(arn))
    throw invalidParameter(
      `${arn} is not the ARN of a certificate: arn:aws:acm:us-east-1:<account>:certificate/<uuid>`,
    );
  const facts = checked({ chain, key }, clock);
  const id = arn ?? `arn:aws:acm:us-east-1:${settings.accountId}:certificate/${randomUUID()}`;
  const record: CertificateRecord = { chain, sealedKey: sealCertificateKey(vault, id, key) };
  const { installation } = directory;
  const renew = async () => {
    await checkDomainsOf(directory, id, facts);
    await installation.update('certificate', id, () => record);
    return { arn: id, renewed: true };
  };
  if (arn !== undefined && (await installation.find('certificate', arn))) return renew();
  try {
    await installation.create('certificate', id, record);
    return { arn: id, renewed: false };
  } catch (error) {
    if (error instanceof AlreadyExists) return renew();
    throw error;
  }
}

function checked(pair: CertificatePair, clock: Clock): CertificateFacts {
  try {
    return checkPair(pair, clock.now());
  } catch (error) {
    if (error instanceof UnusableCertificate) throw invalidParameter(`The certificate ${error.message}.`);
    throw error;
  }
}

async function checkDomainsOf(
  directory: DirectoryStores,
  arn: string,
  { covers, names }: CertificateFacts,
): Promise<void> {
  const using = (await customDomains(directory)).filter(({ record }) => record.certificateArn === arn);
  const lost = using.map(({ id }) => id).filter((host) => !covers(host));
  if (lost.length > 0)
    throw invalidParameter(
      `The certificate is for ${names.join(', ')}, but is used by ${lost.join(', ')} as well.`,
    );
}
