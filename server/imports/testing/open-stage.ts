/** A pool with import jobs on stores in memory, and workers that work when they are told to. */
import { after } from 'node:test';
import { pino } from 'pino';
import type { ImportJobRecord, PoolSettings } from '#adapters/directory/records.ts';
import { openStores } from '#adapters/open.ts';
import { openTestPool } from '../../accounts/testing/open-pool.ts';
import { openVault } from '../../vault.ts';
import { createJob } from '../create-job.ts';
import { columnsOf, PASSWORD_HASH } from '../file/columns.ts';
import type { Importing } from '../import-file.ts';
import { findJob, type StoredJob, statusOf } from '../job.ts';
import { type ImportWorker, openWorker } from '../open-worker.ts';
import { openReceiver } from '../receive-upload.ts';
import { startJob } from '../start-job.ts';
import { stopJob } from '../stop-job.ts';
import { uploadAddress } from '../upload-address.ts';

export const POOL = 'eu-central-1_Import001';
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

export type Stage = Awaited<ReturnType<typeof openStage>>;

export async function openStage(change: Partial<PoolSettings> = {}) {
  const clock = { at: Date.parse('2026-11-05T10:00:00Z'), now: () => clock.at };
  const stores = await openStores({ dataFolder: ':memory:', clock });
  const template = await openTestPool();
  await template.close();
  const settings: PoolSettings = { ...template.settings, AutoVerifiedAttributes: ['email'], ...change };
  const pool = { name: 'people', region: 'eu-central-1', settings, tags: {} };
  await stores.directory.forPool(POOL).create('pool', POOL, pool);
  const logged: Record<string, unknown>[] = [];
  const onLine = { call: () => {} };
  const log = pino(
    {},
    {
      write(line: string) {
        logged.push(JSON.parse(line));
        onLine.call();
      },
    },
  );
  const parts: Importing & { settings: { publicUrl: string } } = {
    ...stores,
    clock,
    vault: openVault('a master secret for tests only, 0123456789'),
    log,
    settings: { importMostFailed: 50, publicUrl: 'https://id.example.com' },
  };
  const receive = openReceiver(parts);
  const workers: ImportWorker[] = [];
  const worker = (changed: Partial<Importing> = {}) => {
    const opened = openWorker({ ...parts, ...changed });
    workers.push(opened);
    return opened;
  };

  /** The address of a job, as if somebody had cut it into its parts. */
  const addressOf = (job: StoredJob) => {
    const { searchParams } = new URL(uploadAddress(parts, job));
    return {
      poolId: job.pool,
      jobId: job.id,
      expires: searchParams.get('expires') ?? '',
      signature: searchParams.get('signature') ?? '',
    };
  };
  const create = (given: Partial<ImportJobRecord> = {}) =>
    createJob(parts, POOL, { name: 'spring', logsRoleArn: 'arn:aws:iam::000000000000:role/logs', ...given });
  const send = (job: StoredJob, text: string | Uint8Array) =>
    receive(addressOf(job), inChunks(typeof text === 'string' ? Buffer.from(text) : text));
  const start = (job: StoredJob) => startJob(parts, POOL, job.id);

  return {
    parts,
    stores,
    clock,
    logged,
    /** Called after each line of the log: in the middle of the work. */
    onLine,
    accounts: stores.accounts.forPool(POOL),
    receive,
    worker,
    addressOf,
    create,
    send,
    start,
    stop: (job: StoredJob) => stopJob(parts, POOL, job.id),
    find: (job: StoredJob) => findJob(parts, POOL, job.id),
    status: async (job: StoredJob) => statusOf(await findJob(parts, POOL, job.id), clock.now()),
    /** A job with this file, started. */
    async begun(text: string, given: Partial<ImportJobRecord> = {}): Promise<StoredJob> {
      const job = await create(given);
      await send(job, text);
      return start(job);
    },
    /** A file with these people, and a column for hashes where somebody has one. */
    file(people: readonly Record<string, string>[]): string {
      const hashed = people.some((person) => PASSWORD_HASH in person);
      const columns = [...columnsOf(settings), ...(hashed ? [PASSWORD_HASH] : [])];
      const rows = people.map((person) => columns.map((name) => person[name] ?? '').join(','));
      return `${[columns.join(','), ...rows].join('\n')}\n`;
    },
    /** What the log of the import says. */
    lines: () => logged.flatMap(({ msg, logStream }) => (logStream ? [String(msg)] : [])),
    async close() {
      for (const opened of workers) await opened.close();
      await stores.close();
    },
  };
}

const opened: Stage[] = [];
after(async () => {
  for (const stage of opened) await stage.close();
});

/** A stage that is closed when the tests of the file have ended. */
export async function newStage(...change: Parameters<typeof openStage>): Promise<Stage> {
  const stage = await openStage(...change);
  opened.push(stage);
  return stage;
}

export const countsOf = ({ record: { imported, skipped, failed } }: StoredJob) => ({
  imported,
  skipped,
  failed,
});

/** Somebody who can be imported. */
export function person(name: string, more: Record<string, string> = {}): Record<string, string> {
  return {
    'cognito:username': name,
    'cognito:mfa_enabled': 'false',
    email: `${name}@example.com`,
    email_verified: 'true',
    ...more,
  };
}

export function people(count: number, from = 0): Record<string, string>[] {
  return Array.from({ length: count }, (_, index) => person(`user${from + index}`));
}

/** As a network brings it: in pieces of no particular size. */
export async function* inChunks(bytes: Uint8Array, size = 40_001): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
