/**
 * One stored pool -> one opened pool: the wiring of a pool, on one page. Connections are shared, so an opened pool
 * is just objects, and leaving the cache needs no draining.
 */
import type { AccountStores } from '#adapters/accounts/store.ts';
import type { DirectoryStores } from '#adapters/directory/store.ts';
import { AlreadyExists } from '#adapters/errors.ts';
import type { MailSender } from '#adapters/mail/sender.ts';
import type { SessionStores } from '#adapters/sessions/store.ts';
import type { SmsSender } from '#adapters/sms/sender.ts';
import type { Outgoing } from '#federation/fetch.ts';
import type { Environment } from '#federation/provider.ts';
import type { Clock } from '../clock.ts';
import { samlKey } from '../configuration/identity-providers/saml-key.ts';
import { Refusal } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { PasswordHasher, Pool } from '../pool.ts';
import { openRoutes, type Routes } from '../routes.ts';
import type { ProcessSettings } from '../settings/process.ts';
import type { Vault } from '../vault.ts';
import { type Address, addressesOf } from './addresses.ts';
import type { openKeys } from './keys.ts';

/** What all pools of a process share. */
export interface Shared {
  accounts: AccountStores;
  directory: DirectoryStores;
  sessions: SessionStores;
  mail: MailSender;
  sms: SmsSender;
  passwords: PasswordHasher;
  /** The way to identity providers; absent where nothing may leave. */
  outgoing?: Outgoing;
  vault: Vault;
  clock: Clock;
  log: Logger;
  openKeys: typeof openKeys;
  settings: Pick<
    ProcessSettings,
    | 'publicUrl'
    | 'domainSuffix'
    | 'issuerBase'
    | 'mailFrom'
    | 'dailyLimits'
    | 'limits'
    | 'rates'
    | 'providerEndpoints'
  >;
}

/** An address of a pool with what answers there. */
export interface HostedAddress extends Address {
  /** Made at the first request: a pool that is only used through the JSON API needs none. */
  routes(): Routes;
}

export interface OpenedPool {
  pool: Pool;
  addresses: HostedAddress[];
}

/** Bounds far above what a pool may have, so that one page holds all. */
const ALL_DOMAINS = 10;
const ALL_RESOURCE_SERVERS = 1000;

/** @throws Refusal `pool-not-found` */
export async function openPool(shared: Shared, poolId: string): Promise<OpenedPool> {
  const directory = shared.directory.forPool(poolId);
  const [stored, domains, servers] = await Promise.all([
    directory.find('pool', poolId),
    directory.list('domain', { limit: ALL_DOMAINS }),
    directory.list('resource-server', { limit: ALL_RESOURCE_SERVERS }),
  ]);
  if (!stored || stored.record.deleting) throw new Refusal('pool-not-found', { pool: poolId });
  const { name, region, settings, tags, sessionTracking } = stored.record;
  const addresses = domains.items
    .toSorted((a, b) => Number(b.record.kind === 'custom') - Number(a.record.kind === 'custom'))
    .flatMap((domain) => addressesOf(shared.settings, region, domain));

  const pool: Pool = {
    id: poolId,
    name,
    issuer: `${issuerBase(shared.settings, region)}/${poolId}`,
    hostedUrl: addresses[0]?.base,
    settings,
    tags,
    resourceServers: servers.items.map(({ id, record }) => ({ identifier: id, scopes: record.scopes })),
    accounts: shared.accounts.forPool(poolId),
    sessions: shared.sessions.forPool(poolId),
    directory,
    keys: await shared.openKeys({ directory, vault: shared.vault, clock: shared.clock, poolId }),
    mail: shared.mail,
    mailFrom: shared.settings.mailFrom,
    sms: shared.sms,
    sessionTracking:
      sessionTracking?.status === 'ENABLED' ? { maxPerUser: sessionTracking.maxPerUser } : undefined,
    sessionsRecorded: sessionTracking !== undefined,
    dailyLimits: shared.settings.dailyLimits,
    passwords: shared.passwords,
    federation: shared.outgoing && federationOf(shared, shared.outgoing, poolId),
    limits: shared.settings.limits,
    rates: shared.settings.rates,
    vault: shared.vault,
    clock: shared.clock,
    log: shared.log.child({ pool: poolId }),
  };
  return { pool, addresses: addresses.map((at) => ({ ...at, routes: once(() => openRoutes(pool, at)) })) };
}

/** What the pool's identity providers are opened with. */
function federationOf(shared: Shared, outgoing: Outgoing, poolId: string): Environment {
  const sessions = shared.sessions.forPool(poolId);
  return {
    outgoing,
    clock: shared.clock,
    poolId,
    signing: () =>
      samlKey({
        id: poolId,
        directory: shared.directory.forPool(poolId),
        vault: shared.vault,
        clock: shared.clock,
      }),
    overrides: shared.settings.providerEndpoints,
    async once(key, expiresAt) {
      try {
        await sessions.create('provider-answer', key, {}, expiresAt);
        return true;
      } catch (error) {
        if (error instanceof AlreadyExists) return false;
        throw error;
      }
    },
  };
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function issuerBase(settings: Shared['settings'], region: string): string {
  return settings.issuerBase?.replace('{region}', region) ?? settings.publicUrl;
}
