/**
 * Settings to opened stores and senders. The only file that knows which implementations there are: everyone else holds the
 * promises in `<door>/store.ts`.
 */
import { constants, existsSync } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { openSqliteAccounts } from './accounts/sqlite.ts';
import type { AccountStores } from './accounts/store.ts';
import type { Clock } from './clock.ts';
import { openSqliteDirectory } from './directory/sqlite.ts';
import type { DirectoryStores } from './directory/store.ts';
import { StoreError } from './errors.ts';
import { openByIdentity } from './mail/by-identity.ts';
import { openNowhere } from './mail/nowhere.ts';
import { openOutbox } from './mail/outbox.ts';
import type { MailSender } from './mail/sender.ts';
import { openSqliteSessions } from './sessions/sqlite.ts';
import type { SessionStores } from './sessions/store.ts';
import { openNowhere as openNoSms } from './sms/nowhere.ts';
import { openSmsOutbox } from './sms/outbox.ts';
import type { SmsSender } from './sms/sender.ts';
import { openSmsWebhook } from './sms/webhook.ts';
import { openSqliteUploads } from './uploads/sqlite.ts';
import type { UploadStores } from './uploads/store.ts';

export interface StoreSettings {
  /** Where SQLite files are kept, made when missing; `:memory:` keeps everything in this process, for tests. */
  dataFolder: string;
  /** Accounts, directory and uploads are in MongoDB when given, else in SQLite. */
  mongodbUrl?: string;
  /** `foyer` without it. */
  mongodbDatabase?: string;
  /** Sessions are in Redis when given, else in SQLite. */
  redisUrl?: string;
  /** What every key in Redis begins with; `foyer` without it. */
  redisPrefix?: string;
  /** How many replicas of Redis must hold what was used up; 0 without it. */
  redisReplicas?: number;
  /** How long each verb waits for MongoDB or Redis; `PATIENCE_MS` without it. */
  patienceMs?: number;
  clock: Clock;
}

export interface Stores {
  accounts: AccountStores;
  directory: DirectoryStores;
  sessions: SessionStores;
  uploads: UploadStores;
  /** Closes all of them. */
  close(): Promise<void>;
}

/** The stores that can be a file in the data folder, `<name>.sqlite`, and are backed up; and how each opens it. */
export const EMBEDDED = {
  accounts: (path: string) => openSqliteAccounts({ path }),
  directory: (path: string, clock: Clock) => openSqliteDirectory({ path, clock }),
  sessions: (path: string, clock: Clock) => openSqliteSessions({ path, clock }),
};
export type EmbeddedStore = keyof typeof EMBEDDED;

/** The driver of a server is loaded by who has that server: the start of all others is shorter by 150 ms, their memory smaller by 40 MB. */
const DRIVERS = {
  mongodb: async () => {
    const [{ openMongoAccounts }, { openMongoDirectory }, { openMongoUploads }] = await Promise.all([
      import('./accounts/mongo.ts'),
      import('./directory/mongo.ts'),
      import('./uploads/mongo.ts'),
    ]);
    return { openMongoAccounts, openMongoDirectory, openMongoUploads };
  },
  redis: () => import('./sessions/redis.ts'),
  smtp: () => import('./mail/smtp.ts'),
};

/** A folder of this name in the data folder says that a restore is under way (`backup.ts`). */
export const RESTORING = 'restoring';

/**
 * Opens the stores, all or none. Throws StoreError for a data folder or an address that cannot be used,
 * Unavailable when a server does not answer, NewerSchema when a newer Foyer wrote the data.
 */
export async function openStores(settings: StoreSettings): Promise<Stores> {
  const {
    dataFolder,
    mongodbUrl,
    mongodbDatabase: database = 'foyer',
    redisUrl,
    redisPrefix: prefix,
    redisReplicas: replicas,
    patienceMs,
    clock,
  } = settings;
  if (!mongodbUrl || !redisUrl) await prepareFolder(dataFolder);
  const file = (name: string) =>
    dataFolder === ':memory:' ? dataFolder : join(dataFolder, `${name}.sqlite`);

  const mongodb = mongodbUrl ? { ...(await DRIVERS.mongodb()), url: mongodbUrl } : undefined;
  const redis = redisUrl ? { ...(await DRIVERS.redis()), url: redisUrl } : undefined;
  const opening = [
    mongodb
      ? mongodb.openMongoAccounts({ url: mongodb.url, database, patienceMs, clock })
      : EMBEDDED.accounts(file('accounts')),
    mongodb
      ? mongodb.openMongoDirectory({ url: mongodb.url, database, patienceMs, clock })
      : EMBEDDED.directory(file('directory'), clock),
    redis
      ? redis.openRedisSessions({ url: redis.url, prefix, replicas, patienceMs, clock })
      : EMBEDDED.sessions(file('sessions'), clock),
    mongodb
      ? mongodb.openMongoUploads({ url: mongodb.url, database, patienceMs, clock })
      : openSqliteUploads({ path: file('uploads'), clock }),
  ] as const;
  try {
    const [accounts, directory, sessions, uploads] = await Promise.all(opening);
    // Looked for once the files are open: a restore that began before is seen here, a later one sees that they are.
    if (existsSync(join(dataFolder, RESTORING)))
      throw new StoreError(
        `A restore of ${resolve(dataFolder)} is under way, or was interrupted and must be repeated`,
      );
    const opened = { accounts, directory, sessions, uploads };
    const close = async () => void (await Promise.all(Object.values(opened).map((store) => store.close())));
    return { ...opened, close };
  } catch (error) {
    await closeWhatOpened(opening);
    throw error;
  }
}

async function closeWhatOpened(opening: readonly Promise<{ close(): Promise<void> }>[]): Promise<void> {
  for (const settled of await Promise.allSettled(opening)) {
    if (settled.status === 'fulfilled') await settled.value.close();
  }
}

/** Only the owner may look into it: hashes of passwords and sealed keys lie there. */
export async function prepareFolder(folder: string): Promise<void> {
  if (folder === ':memory:') return;
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error;
    throw new StoreError(`The data folder ${resolve(folder)} cannot be written (${code})`, { cause: error });
  }
}

export interface SenderSettings {
  mode: 'development' | 'production';
  smtpUrl?: string;
  /** Mail servers of senders of their own, by address or domain. */
  smtpIdentities?: ReadonlyMap<string, string>;
  sms?: { url: string; secret: string };
  clock: Clock;
}

/** What sends messages to people: for real where the settings say how, else kept in development and refused in production. */
export async function openSenders(settings: SenderSettings): Promise<{ mail: MailSender; sms: SmsSender }> {
  const { mode, smtpUrl, smtpIdentities = new Map(), sms, clock } = settings;
  const kept = mode === 'development';
  const smtp = smtpUrl || smtpIdentities.size > 0 ? await DRIVERS.smtp() : undefined;
  const common = (smtpUrl && smtp?.openSmtp(smtpUrl)) || (kept ? openOutbox(clock) : openNowhere());
  const own = new Map<string, MailSender>();
  for (const [identity, url] of smtpIdentities) if (smtp) own.set(identity, smtp.openSmtp(url));
  return {
    mail: own.size > 0 ? openByIdentity(common, own) : common,
    sms: sms ? openSmsWebhook(sms) : kept ? openSmsOutbox(clock) : openNoSms(),
  };
}
