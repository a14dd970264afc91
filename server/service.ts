/** Settings -> everything that answers requests, opened: stores, mail, pools. For whatever runs a service or works beside one. */
import { lookup } from 'node:dns/promises';
import type { MailSender } from '#adapters/mail/sender.ts';
import { openSenders, openStores, type Stores } from '#adapters/open.ts';
import type { SmsSender } from '#adapters/sms/sender.ts';
import { openOutgoing } from '#federation/fetch.ts';
import { openPasswordHasher } from './accounts/password.ts';
import type { Service } from './api/operation.ts';
import { type Audit, openAudit } from './audit.ts';
import { systemClock } from './clock.ts';
import { finishDeletions } from './configuration/delete-pool.ts';
import { type Logger, openAuditLog } from './log.ts';
import type { Metrics, Sends } from './metrics.ts';
import type { PasswordHasher } from './pool.ts';
import { applyPoolFile } from './pool-file/apply-pool-file.ts';
import { openPools, type PoolFinder } from './pools/find.ts';
import { openKeys } from './pools/keys.ts';
import type { Shared } from './pools/open.ts';
import { openRehearsal } from './rehearsal.ts';
import { InvalidSettings } from './settings/load.ts';
import type { ProcessSettings } from './settings/process.ts';
import { timeStores } from './time-stores.ts';
import type { Tracing } from './tracing/open-tracing.ts';
import { openVault, type Vault } from './vault.ts';

export interface OpenedService {
  service: Service;
  stores: Stores;
  mail: MailSender;
  sms: SmsSender;
  pools: PoolFinder;
  vault: Vault;
  audit: Audit;
  /**
   * Before anybody is answered, in one process: finishes what a crash cut short, and brings the stores to what the pool
   * file says, where the settings name one. @throws InvalidPoolFile
   */
  prepare(): Promise<void>;
  close(): Promise<void>;
}

/** Who looks on; absent, nothing of theirs is loaded and nothing is measured. */
export interface Watchers {
  metrics?: Metrics;
  tracing?: Tracing;
}

function auditLog({ auditFile }: ProcessSettings, log: Logger): Logger {
  try {
    return openAuditLog(log, auditFile);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : cause;
    throw new InvalidSettings([`FOYER_AUDIT_FILE cannot be written: ${why}`]);
  }
}

function outgoingOf({ outgoingAllow: allow }: ProcessSettings) {
  try {
    return openOutgoing({ clock: systemClock, allow });
  } catch (cause) {
    throw new InvalidSettings([`FOYER_OUTGOING_ALLOW: ${cause instanceof Error ? cause.message : cause}`]);
  }
}

function passwordsOf(
  { passwordHash: kind, workers }: ProcessSettings,
  vault: Vault,
  { metrics, tracing }: Watchers,
): PasswordHasher {
  const passwords = openPasswordHasher({ kind, pepper: vault.derive('password'), processes: workers });
  metrics?.passwords(passwords.load);
  return tracing ? tracing.passwords(passwords) : passwords;
}

const nameResolves: Service['nameResolves'] = (host) =>
  lookup(host).then(
    () => true,
    () => false,
  );

/** Throws what `openStores` throws, and InvalidSettings for an audit file that cannot be written. */
export async function openService(
  settings: ProcessSettings,
  log: Logger,
  { metrics, tracing }: Watchers = {},
): Promise<OpenedService> {
  const clock = systemClock;
  const audit = openAudit(auditLog(settings, log), settings, ...(metrics ? [metrics.event] : []));
  const opened = await openStores({ ...settings, clock });
  const watchers = [metrics, tracing].filter((watcher) => watcher !== undefined);
  const stores = timeStores(
    opened,
    watchers.map(({ stored }) => stored),
  );
  const watched = <Sender extends Sends>(medium: 'mail' | 'sms', sender: Sender) =>
    watchers.reduce((seen, watcher) => watcher.sender(medium, seen), sender);
  const { mail, sms } = await openSenders({ ...settings, clock });
  const outgoing = outgoingOf(settings);
  const vault = openVault(settings.masterSecret);
  const shared: Shared = {
    ...stores,
    mail: watched('mail', mail),
    sms: watched('sms', sms),
    passwords: passwordsOf(settings, vault, { metrics, tracing }),
    outgoing,
    vault,
    clock,
    log,
    openKeys,
    settings,
  };
  const pools = openPools(shared);
  const service: Service = {
    ...shared,
    uploads: stores.uploads,
    settings,
    audit,
    pools,
    accessKeys: settings.accessKeys,
    nameResolves,
  };
  return {
    service,
    stores,
    mail,
    sms,
    pools,
    vault,
    audit,
    async prepare() {
      // Before the pool file: it may make anew a pool whose deletion a crash cut short.
      await finishDeletions(stores);
      if (!settings.poolFile) return;
      const inMemory = () => openStores({ dataFolder: ':memory:', clock });
      await applyPoolFile(settings.poolFile, service, () => openRehearsal(shared, service, inMemory));
    },
    async close() {
      pools.close();
      outgoing.close();
      await Promise.all([mail.close(), sms.close()]);
      await stores.close();
    },
  };
}
