/** Gives a pool a domain under which its hosted pages answer, after every rule about its name has been heard. */
import type { DomainRecord } from '#adapters/directory/records.ts';
import type { DirectoryStores, Stored } from '#adapters/directory/store.ts';
import type { Clock } from '../clock.ts';
import { invalidParameter } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { ProcessSettings } from '../settings/process.ts';
import { checkCertificate } from './check-certificate.ts';
import { claimDomain } from './claim-domain.ts';
import { checkDomainName, domainKind, type OwnNames } from './domain-names.ts';
import { findPool } from './find-pool.ts';

export interface DomainChoices {
  /** 1, the classic pages, without it. */
  managedLoginVersion?: number;
  certificateArn?: string;
}

export interface DomainService {
  directory: DirectoryStores;
  clock: Clock;
  settings: OwnNames & Pick<ProcessSettings, 'maxCustomDomains'>;
  log: Logger;
  /** Asks DNS whether a host has an address; absent where nothing may leave the machine. */
  nameResolves?: (host: string) => Promise<boolean>;
}

/** Throws Refusal `pool-not-found`, `invalid-parameter` or `limit-exceeded`. */
export async function createDomain(
  service: DomainService,
  poolId: string,
  name: string,
  { managedLoginVersion = 1, certificateArn }: DomainChoices,
): Promise<Stored<'domain'>> {
  const { directory, clock, settings } = service;
  await findPool(directory, poolId);
  checkDomainName(name, settings);
  checkManagedLoginVersion(managedLoginVersion);
  const kind = domainKind(name);
  if (kind === 'custom' && certificateArn === undefined)
    throw invalidParameter(`The custom domain ${name} needs CustomDomainConfig with a CertificateArn.`);
  await checkCertificateOf({ directory, clock }, { name, kind }, certificateArn);
  const domain = { kind, managedLoginVersion, certificateArn, version: versionAt(clock) };
  const claimed = await claimDomain(directory, poolId, name, domain, settings.maxCustomDomains);
  // Not awaited: it refuses nothing, and a slow DNS would only delay the answer.
  if (kind === 'custom') void warnOfParent(service, name);
  return claimed;
}

/** The service refuses a domain whose parent has no address; Foyer, whose DNS may be a private one, only says so. */
async function warnOfParent(
  { nameResolves, log }: Pick<DomainService, 'nameResolves' | 'log'>,
  domain: string,
): Promise<void> {
  const parent = domain.slice(domain.indexOf('.') + 1);
  if (!nameResolves || !parent.includes('.') || (await nameResolves(parent))) return;
  log.warn({ domain, parent }, 'DNS has no address for the parent of a custom domain');
}

/** Throws Refusal `invalid-parameter` when the domain cannot have this certificate, or, as a prefix, any. */
export async function checkCertificateOf(
  service: Pick<DomainService, 'directory' | 'clock'>,
  { name, kind }: { name: string; kind: DomainRecord['kind'] },
  certificateArn: string | undefined,
): Promise<void> {
  if (certificateArn === undefined) return;
  if (kind === 'prefix')
    throw invalidParameter(`${name} is a prefix: only a custom domain has a certificate of its own.`);
  await checkCertificate(service, certificateArn, name);
}

export function checkManagedLoginVersion(version: number): void {
  if (version !== 1 && version !== 2) throw invalidParameter('ManagedLoginVersion must be 1 or 2.');
}

/** When the domain was last written, as the service writes versions: `20261105101112`. */
export const versionAt = (clock: Clock): string =>
  new Date(clock.now()).toISOString().replace(/\D/g, '').slice(0, 14);
