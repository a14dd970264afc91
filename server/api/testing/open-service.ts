/**
 * A service on stores in memory, for the tests of the API: everything but the opened pools is what the process itself
 * uses. Pools are put together from the directory on every call, without keys: no operation here signs.
 */
import { pino } from 'pino';
import { openStores, type Stores } from '#adapters/open.ts';
import { openOutgoing } from '#federation/fetch.ts';
import { findPool } from '../../configuration/find-pool.ts';
import type { PasswordHasher, Pool } from '../../pool.ts';
import { openVault } from '../../vault.ts';
import { callOperation } from '../call-operation.ts';
import type { Caller, Service } from '../operation.ts';

export const REGION = 'eu-central-1';
export const ACCESS_KEY = 'FOYERTESTKEY00000001';
export const SECRET = 'a secret of the tests 0123456789+/=';

export interface TestService {
  service: Service;
  stores: Stores;
  /** Milliseconds since the epoch; change it to move the time. */
  clock: { now(): number; at: number };
  /** How often opened pools were refreshed. */
  refreshed(): number;
  /** Calls an operation as the holder of an access key. */
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers as JSON.
  call(name: string, input: object, caller?: Partial<Caller>): Promise<any>;
}

export async function openTestService(): Promise<TestService> {
  const clock = { at: Date.parse('2026-11-05T10:00:00Z'), now: () => clock.at };
  const stores = await openStores({ dataFolder: ':memory:', clock });
  let refreshed = 0;
  const service: Service = {
    ...stores,
    pools: {
      byId: (poolId) => openPool(service, poolId),
      refresh: async () => {
        refreshed += 1;
      },
    },
    vault: openVault('a master secret for tests only, 0123456789'),
    clock,
    log: pino({ level: 'silent' }),
    accessKeys: new Map([[ACCESS_KEY, SECRET]]),
    settings: {
      region: REGION,
      accountId: '123456789012',
      publicUrl: 'http://localhost:9400',
      aliasHost: 'alias.foyer.test',
      maxCustomDomains: 4,
    },
  };
  return {
    service,
    stores,
    clock,
    refreshed: () => refreshed,
    call: (name, input, caller) =>
      callOperation(service, name, input, {
        region: REGION,
        requestId: 'test',
        accessKey: ACCESS_KEY,
        ...caller,
      }),
  };
}

const noPasswords: PasswordHasher = {
  hash: async () => '$none',
  verify: async () => ({ matches: false, renew: false }),
  pretend: async () => undefined,
};

async function openPool(service: Service, poolId: string): Promise<Pool> {
  const { record } = await findPool(service.directory, poolId);
  return {
    ...{ ...service, accounts: service.accounts.forPool(poolId), sessions: service.sessions.forPool(poolId) },
    id: poolId,
    name: record.name,
    issuer: `${service.settings.publicUrl}/${poolId}`,
    settings: record.settings,
    tags: record.tags,
    resourceServers: [],
    directory: service.directory.forPool(poolId),
    get keys(): never {
      throw new Error('a pool of the API tests signs nothing');
    },
    mail: { send: async () => undefined, close: async () => undefined },
    mailFrom: 'Foyer <no-reply@localhost>',
    sms: { send: async () => undefined, close: async () => undefined },
    passwords: noPasswords,
    federation: {
      outgoing: openOutgoing({ clock: service.clock, allow: ['127.0.0.0/8'] }),
      clock: service.clock,
      poolId,
      once: async () => true,
    },
  } as Pool;
}
