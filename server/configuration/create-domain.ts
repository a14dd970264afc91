/** Gives a pool a domain under which its hosted pages answer, after every rule about its name has been heard. */
import type { DirectoryStores, Stored } from '#adapters/directory/store.ts';
import type { Clock } from '../clock.ts';
import { invalidParameter } from '../errors.ts';
import type { ProcessSettings } from '../settings/process.ts';
import { claimDomain } from './claim-domain.ts';
import { checkDomainName, domainKind } from './domain-names.ts';
import { findPool } from './find-pool.ts';

export interface DomainChoices {
  /** 1, the classic pages, without it. */
  managedLoginVersion?: number;
  certificateArn?: string;
}

export interface DomainService {
  directory: DirectoryStores;
  clock: Clock;
  settings: Pick<ProcessSettings, 'publicUrl' | 'domainSuffix'>;
}

/** Throws Refusal `pool-not-found`, `invalid-parameter` or `limit-exceeded`. */
export async function createDomain(
  { directory, clock, settings }: DomainService,
  poolId: string,
  name: string,
  { managedLoginVersion = 1, certificateArn }: DomainChoices,
): Promise<Stored<'domain'>> {
  await findPool(directory, poolId);
  checkDomainName(name, settings);
  checkManagedLoginVersion(managedLoginVersion);
  const kind = domainKind(name);
  if (kind === 'custom' && certificateArn === undefined)
    throw invalidParameter(`The custom domain ${name} needs CustomDomainConfig with a CertificateArn.`);
  checkCertificate(certificateArn);
  return claimDomain(directory, poolId, name, { kind, managedLoginVersion, version: versionAt(clock) });
}

/** HUI-54. Certificates cannot be brought to Foyer yet, so none is known. */
export function checkCertificate(certificateArn: string | undefined): void {
  if (certificateArn !== undefined)
    throw invalidParameter(`The certificate ${certificateArn} does not exist.`);
}

export function checkManagedLoginVersion(version: number): void {
  if (version !== 1 && version !== 2) throw invalidParameter('ManagedLoginVersion must be 1 or 2.');
}

/** When the domain was last written, as the service writes versions: `20261105101112`. */
export const versionAt = (clock: Clock): string =>
  new Date(clock.now()).toISOString().replace(/\D/g, '').slice(0, 14);
