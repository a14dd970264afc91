/**
 * The JSON API: one operation per file, named as the API names it. An operation parses nothing and checks no
 * shape (`dispatch.ts` and `model/` did): it calls one or two rules of `accounts` or `configuration` and returns
 * the wire shape. It never holds an `if` about the business, and never meets `flow`.
 */
import type { AccountStores } from '#adapters/accounts/store.ts';
import type { DirectoryStores } from '#adapters/directory/store.ts';
import type { SessionStores } from '#adapters/sessions/store.ts';
import type { Clock } from '../clock.ts';
import type { Logger } from '../log.ts';
import type { Pools } from '../pool.ts';
import type { ProcessSettings } from '../settings/process.ts';
import type { Vault } from '../vault.ts';

/** What an operation may use. It takes the members that it needs: `Pick<Service, 'pools'>`. */
export interface Service {
  accounts: AccountStores;
  directory: DirectoryStores;
  sessions: SessionStores;
  pools: Pools;
  vault: Vault;
  clock: Clock;
  log: Logger;
  settings: Pick<ProcessSettings, 'region' | 'accountId' | 'publicUrl' | 'domainSuffix' | 'issuerBase'>;
}

/** Who calls, as far as `access.ts` could prove it. */
export interface Caller {
  /** The region of the call's credential scope, or the default region. */
  region: string;
  requestId: string;
  /** The access key of a signed call; `process` for the pool file and the console. */
  accessKey?: string;
  /** Ids and secrets that a pool file fixes; never reachable over HTTP. */
  fixed?: { poolId?: string; clientId?: string; clientSecret?: string; passwordHash?: string };
}

/**
 * `signed` operations need AWS Signature V4 by a known access key; `public` ones name an app client;
 * `access-token` ones carry a token of the person in their input.
 */
export type Access = 'signed' | 'public' | 'access-token';

// biome-ignore lint/suspicious/noExplicitAny: the list holds operations of many inputs; dispatch validates before it calls.
export interface Operation<Input = any, Output = any> {
  name: string;
  access: Access;
  run(service: Service, input: Input, caller: Caller): Promise<Output>;
}

/** An operation's output without what the SDK adds (`$metadata`). */
export type Answer<Output> = Omit<Output, '$metadata'>;
