/**
 * A pool, opened: all that a request may use once its pool is known. The floor of the server: this file imports
 * only types. `pools/open.ts` makes it; every rule takes the few members that it needs (`Pick<Pool, ...>`).
 */
import type { AccountStore } from '#adapters/accounts/store.ts';
import type { ClientSettings, PoolSettings, ResourceServerRecord } from '#adapters/directory/records.ts';
import type { DirectoryStore } from '#adapters/directory/store.ts';
import type { MailSender } from '#adapters/mail/sender.ts';
import type { SessionStore } from '#adapters/sessions/store.ts';
import type { SmsSender } from '#adapters/sms/sender.ts';
import type { Environment } from '#federation/provider.ts';
import type { Clock } from './clock.ts';
import type { Logger } from './log.ts';
import type { DailyLimits, Limits } from './settings/limits.ts';
import type { Rates } from './settings/rates.ts';
import type { Vault } from './vault.ts';

export interface Pool {
  id: string;
  name: string;
  /** `iss` of every token: no trailing slash, the same for the pool's whole life. */
  issuer: string;
  /** Where hosted pages are reached, without a trailing slash; undefined while the pool has no domain. */
  hostedUrl?: string;
  settings: PoolSettings;
  tags: Record<string, string>;
  resourceServers: { identifier: string; scopes: ResourceServerRecord['scopes'] }[];
  accounts: AccountStore;
  sessions: SessionStore;
  directory: DirectoryStore;
  /** Signing keys; see `pools/keys.ts`. */
  keys: PoolKeys;
  mail: MailSender;
  /** The sender of mail when the pool's own settings name none. */
  mailFrom: string;
  sms: SmsSender;
  /** Messages of this pool in a day, 0 for as many as there are; absent: as many as there are. */
  dailyLimits?: DailyLimits;
  passwords: PasswordHasher;
  /** What identity providers are opened with. Absent: nothing may leave, as in a rehearsal. */
  federation?: Environment;
  /** Absent: nobody's sessions are listed, and there may be as many as there are. */
  sessionTracking?: { maxPerUser: number };
  /** Sessions are tracked, or were once: until they expire, records of them may be there. */
  sessionsRecorded?: boolean;
  /** Absent: the defaults of `settings/limits.ts`. */
  limits?: Limits;
  /** Absent: as many calls as come. */
  rates?: Rates;
  vault: Vault;
  clock: Clock;
  log: Logger;
}

/** An app client of a pool, as rules use it. */
export interface Client {
  id: string;
  poolId: string;
  /** In the clear; undefined for a public client. Never logged, compared in constant time. */
  secret?: string;
  /** As good as `secret`, while applications change from one to the other. */
  otherSecret?: string;
  /** How old a hosted session may be that this client uses; heeded where the pool tracks sessions. Absent: 60. */
  ssoMinutes?: number;
  settings: ClientSettings;
}

/** The keys that a pool signs with and publishes. */
export interface PoolKeys {
  /** Private JWKs that sign now, with `kid` and `alg`. */
  signing: { id: SigningJwk; access: SigningJwk };
  /** Every public key whose tokens may still be valid, the signing ones first, as JWKS shows them. */
  published: PublicJwk[];
}

export interface PublicJwk {
  kid: string;
  alg: 'RS256';
  kty: 'RSA';
  use: 'sig';
  n: string;
  e: string;
}

export interface SigningJwk extends PublicJwk {
  d: string;
  p: string;
  q: string;
  dp: string;
  dq: string;
  qi: string;
}

/** Hashes and verifies passwords off the event loop; `accounts/password.ts` makes one per process. */
export interface PasswordHasher {
  /** Throws Refusal `busy` when too many wait already. */
  hash(password: string): Promise<string>;
  /** `renew` says that the hash is right but not of the current setting. */
  verify(password: string, hash: string): Promise<{ matches: boolean; renew: boolean }>;
  /** Takes the time of `verify` and never matches: for accounts that do not exist. */
  pretend(password: string): Promise<void>;
}

/** Finds opened pools; `pools/find.ts` makes one per process. */
export interface Pools {
  /** Throws Refusal `pool-not-found`. */
  byId(poolId: string): Promise<Pool>;
  /** Sees at once what this process has just written to the directory; other processes see it within two seconds. */
  refresh(): Promise<void>;
}
