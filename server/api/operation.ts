/**
 * The JSON API: one operation per file, named as the API names it. An operation parses nothing and checks no
 * shape (`dispatch.ts` and `model/` did): it calls one or two rules of `accounts` or `configuration` and returns
 * the wire shape. It never holds an `if` about the business, and never meets `flow`.
 */
import type { AccountStores } from '#adapters/accounts/store.ts';
import type { OpenIdClientSettings } from '#adapters/directory/records.ts';
import type { DirectoryStores } from '#adapters/directory/store.ts';
import type { SessionStores } from '#adapters/sessions/store.ts';
import type { UploadStores } from '#adapters/uploads/store.ts';
import type { Audit } from '../audit.ts';
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
  uploads: UploadStores;
  pools: Pools;
  vault: Vault;
  clock: Clock;
  log: Logger;
  /** Absent where nothing that happens counts: in a rehearsal. */
  audit?: Audit;
  /** Asks DNS whether a host has an address; absent where nothing may leave the machine. Never rejects. */
  nameResolves?: (host: string) => Promise<boolean>;
  /** Who may sign calls: key id to secret. */
  accessKeys: ReadonlyMap<string, string>;
  settings: Pick<
    ProcessSettings,
    | 'region'
    | 'accountId'
    | 'publicUrl'
    | 'domainSuffix'
    | 'issuerBase'
    | 'aliasHost'
    | 'maxCustomDomains'
    | 'rates'
  >;
}

/** Who calls, as far as `access.ts` could prove it. */
export interface Caller {
  /** The region of the call's credential scope, or the default region. */
  region: string;
  requestId: string;
  /** The client's address; absent for the process itself. */
  address?: string;
  userAgent?: string;
  /** The access key of a signed call; `process` for the pool file and the console. */
  accessKey?: string;
  /** What the API has no member for and a pool file gives; never reachable over HTTP. */
  fixed?: {
    poolId?: string;
    clientId?: string;
    clientSecret?: string;
    openId?: OpenIdClientSettings;
    passwordHash?: string;
  };
}

/**
 * `signed` operations need AWS Signature V4 by a known access key; `public` ones name an app client;
 * `access-token` ones carry a token of the person in their input.
 */
export type Access = 'signed' | 'public' | 'access-token';

/**
 * One operation. `run` is given an input that passed the model: what is required is there, everything has its type,
 * length, range and pattern, and members that the model does not know are gone. It answers the wire shape with
 * `Date`s for timestamps; what the model's output does not name is left out on the way.
 */
// biome-ignore lint/suspicious/noExplicitAny: the list holds operations of many inputs; `call-operation.ts` checks each input before it runs one.
export interface Operation<Input = any, Output = any> {
  name: string;
  access: Access;
  /** It writes pools, clients, domains or resource servers: opened pools are refreshed before the answer leaves. */
  configures?: true;
  /** Foyer lacks the feature: it answers as for a pool on which that was never set up, and `docs/operations.md` says so. */
  unconfigured?: true;
  run(service: Service, input: Checked<Input>, caller: Caller): Promise<Answer<Output>>;
}

/** An input of the SDK after it was checked: members that the model requires are no longer `undefined`. */
export type Checked<T> = T extends Date | Uint8Array
  ? T
  : T extends (infer Item)[]
    ? Checked<Item>[]
    : T extends object
      ? { [K in keyof T]: object extends Pick<T, K> ? Checked<T[K]> : Exclude<Checked<T[K]>, undefined> }
      : T;

/** An operation's output without what the SDK adds (`$metadata`). */
export type Answer<Output> = Omit<Output, '$metadata'>;
