/**
 * Gives a pool a domain. The name is claimed first, which one of many callers can; then it is seen whether the pool
 * may have it, and only then it counts as active (HUI-49, 59, 60, 61). Two claims for one pool at the same moment
 * see each other and may both be refused, but never both stay.
 */
import type { DomainRecord } from '#adapters/directory/records.ts';
import type { DirectoryStores, Stored } from '#adapters/directory/store.ts';
import { AlreadyExists } from '#adapters/errors.ts';
import { invalidParameter } from '../errors.ts';
import { customDomains } from './custom-domains.ts';
import { checkDomainCount } from './domain-names.ts';

export type NewDomain = Pick<DomainRecord, 'kind' | 'version' | 'managedLoginVersion' | 'certificateArn'>;

/** Bounds far above what a pool may have, so that one page holds all. */
const ALL = 100;

/** Throws Refusal `invalid-parameter` when the name is taken or the pool has one of that kind, or `limit-exceeded`. */
export async function claimDomain(
  directory: DirectoryStores,
  poolId: string,
  name: string,
  domain: NewDomain,
  mostCustom: number,
): Promise<Stored<'domain'>> {
  const ofPool = directory.forPool(poolId);
  await ofPool.create('domain', name, { ...domain, status: 'CREATING' }).catch(unlessUnfinished);
  try {
    const others = (await ofPool.list('domain', { limit: ALL })).items.filter(({ id }) => id !== name);
    const custom =
      domain.kind === 'custom' ? (await customDomains(directory)).filter(({ id }) => id !== name) : [];
    checkDomainCount(
      domain.kind,
      others.map(({ record }) => record),
      custom.length,
      mostCustom,
    );
  } catch (error) {
    await ofPool.remove('domain', name);
    throw error;
  }
  return ofPool.update('domain', name, (claimed) => ({ ...claimed, ...domain, status: 'ACTIVE' }));

  /** This pool's own claim that a crash left behind is taken up; any other means that the name is taken. */
  async function unlessUnfinished(error: unknown): Promise<void> {
    if (!(error instanceof AlreadyExists)) throw error;
    const own = await ofPool.find('domain', name);
    if (own?.record.status !== 'CREATING')
      throw invalidParameter('Domain already associated with another user pool.');
  }
}
