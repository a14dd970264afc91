/**
 * Settings to opened stores and senders. The only file that knows which implementations there are: everyone else holds the
 * promises in `<door>/store.ts`.
 */
import { constants, existsSync } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { openMongoAccounts } from './accounts/mongo.ts';
import { openSqliteAccounts } from './accounts/sqlite.ts';
import type { AccountStores } from './accounts/store.ts';
import type { Clock } from './clock.ts';
import { openMongoDirectory } from './directory/mongo.ts';
import { openSqliteDirectory } from './directory/sqlite.ts';
import type { DirectoryStores } from './directory/store.ts';
import { StoreError } from './errors.ts';
import { openByIdentity } from './mail/by-identity.ts';
import { openNowhere } from './mail/nowhere.ts';
import { openOutbox } from './mail/outbox.ts';
import type { MailSender } from './mail/sender.ts';
import { openSmtp } from './mail/smtp.ts';
import { openRedisSessions } from './sessions/redis.ts';
import { openSqliteSessions } from './sessions/sqlite.ts';
import type { SessionStores } from './sessions/store.ts';
import { openNowhere as openNoSms } from './sms/nowhere.ts';
import { openSmsOutbox } from './sms/outbox.ts';
import type { SmsSender } from './sms/sender.ts';
import { openSmsWebhook } from './sms/webhook.ts';
import { openMongoUploads } from './uploads/mongo.ts';
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
    clock,
  } = settings;
  if (!mongodbUrl || !redisUrl) await prepareFolder(dataFolder);
  const file = (name: string) =>
    dataFolder === ':memory:' ? dataFolder : join(dataFolder, `${name}.sqlite`);

  const opening = [
    mongodbUrl
      ? openMongoAccounts({ url: mongodbUrl, database, clock })
      : EMBEDDED.accounts(file('accounts')),
    mongodbUrl
      ? openMongoDirectory({ url: mongodbUrl, database, clock })
      : EMBEDDED.directory(file('directory'), clock),
    redisUrl
      ? openRedisSessions({ url: redisUrl, prefix, replicas, clock })
      : EMBEDDED.sessions(file('sessions'), clock),
    mongodbUrl
      ? openMongoUploads({ url: mongodbUrl, database, clock })
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
export function openSenders(settings: SenderSettings): { mail: MailSender; sms: SmsSender } {
  const { mode, smtpUrl, smtpIdentities, sms, clock } = settings;
  const kept = mode === 'development';
  const common = smtpUrl ? openSmtp(smtpUrl) : kept ? openOutbox(clock) : openNowhere();
  const own = new Map([...(smtpIdentities ?? [])].map(([identity, url]) => [identity, openSmtp(url)]));
  return {
    mail: own.size > 0 ? openByIdentity(common, own) : common,
    sms: sms ? openSmsWebhook(sms) : kept ? openSmsOutbox(clock) : openNoSms(),
  };
}
