/** Changes a domain of a pool. Its name and kind stay; what is left out stays too. */
import type { Stored } from '#adapters/directory/store.ts';
import { Missing } from '#adapters/errors.ts';
import {
  checkCertificateOf,
  checkManagedLoginVersion,
  type DomainChoices,
  type DomainService,
  versionAt,
} from './create-domain.ts';
import { domainKind, domainNotFound } from './domain-names.ts';
import { findPool } from './find-pool.ts';

/** Throws Refusal `pool-not-found`, `invalid-parameter`, or `resource-not-found` for a domain that the pool has not. */
export async function updateDomain(
  { directory, clock }: Pick<DomainService, 'directory' | 'clock'>,
  poolId: string,
  name: string,
  { managedLoginVersion, certificateArn }: DomainChoices,
): Promise<Stored<'domain'>> {
  await findPool(directory, poolId);
  if (managedLoginVersion !== undefined) checkManagedLoginVersion(managedLoginVersion);
  await checkCertificateOf({ directory, clock }, { name, kind: domainKind(name) }, certificateArn);
  try {
    return await directory.forPool(poolId).update('domain', name, (domain) => ({
      ...domain,
      managedLoginVersion: managedLoginVersion ?? domain.managedLoginVersion,
      certificateArn: certificateArn ?? domain.certificateArn,
      version: versionAt(clock),
    }));
  } catch (error) {
    if (error instanceof Missing) throw domainNotFound();
    throw error;
  }
}
