/**
 * The work on the file of one job: it is read through once to see that it can be, then worked on some rows at a time.
 * After each of these the job says how far it has come, in one write with its counts; whoever takes it up later goes on
 * from there. Rows that were worked on and not counted come again, and give what they gave (`import-users.ts`). So
 * every row is counted once.
 */
import { setImmediate as breathe } from 'node:timers/promises';
import type { AccountStores } from '#adapters/accounts/store.ts';
import type { ImportJobRecord } from '#adapters/directory/records.ts';
import { findPool, type StoredPool } from '../configuration/find-pool.ts';
import type { Logger } from '../log.ts';
import type { Vault } from '../vault.ts';
import { accountIdOf } from './account-id.ts';
import { endJob, STOPPED, Superseded } from './end-job.ts';
import { checkFile, isBlank } from './file/check-file.ts';
import { columnsOf, PASSWORD_HASH, readHeader } from './file/columns.ts';
import { type Line, readLines, UnreadableFile } from './file/read-lines.ts';
import { importUsers, type Outcome } from './import-users.ts';
import { type ImportStores, isActive, type StoredJob } from './job.ts';
import { readUpload } from './read-upload.ts';

export interface Importing extends ImportStores {
  accounts: AccountStores;
  vault: Vault;
  log: Logger;
  /** Percent of the users. */
  settings: { importMostFailed: number };
}

/** Rows before the first look at how it goes: whoever sent the wrong file learns it from five people. */
const FIRST_ROWS = 5;
/** Rows between two writes of the progress. */
const ROWS = 100;
const LOOK_EVERY_LINES = 5000;

const TOO_MANY_FAILED = 'Too many users have failed or been skipped during the import.';
const SUCCEEDED = 'Import Job Completed Successfully.';

/**
 * Goes on with a job from where it is, until it has ended or `goesOn` says no.
 * @throws UnreadableFile; Superseded when another process works on the job
 */
export async function importFile(
  parts: Importing,
  begun: StoredJob,
  goesOn: () => Promise<boolean>,
): Promise<void> {
  const { record } = await findPool(parts.directory, begun.pool);
  const { upload, hashing, next } = begun.record;
  if (!upload) throw new UnreadableFile('The uploaded file is not there any more.');
  const file = parts.uploads.forPool(begun.pool);
  const expected = [...columnsOf(record.settings), ...(hashing ? [PASSWORD_HASH] : [])];
  if (next.byte === 0) await checkFile(watched(readLines(readUpload(file, upload)), goesOn), expected);
  const columns = readHeader(await firstOf(readLines(readUpload(file, upload))), expected);

  const { settings } = record;
  const pool = { accounts: parts.accounts.forPool(begun.pool), settings, clock: parts.clock };
  const log = parts.log.child(logNames(begun, record));
  const idOf = (line: number) => accountIdOf(parts.vault, begun, line);
  let job = begun;
  const lines = readLines(readUpload(file, upload, next.byte), next);
  for await (const rows of rowsOf(lines, next.byte === 0 ? FIRST_ROWS : ROWS)) {
    const outcomes = await importUsers(pool, { settings, columns, hashing }, rows, idOf);
    job = await count(parts, job, rows, outcomes);
    for (const outcome of outcomes) tell(log, outcome);
    if (job.record.status === 'Stopping') return void (await endJob(parts, job, 'Stopped', STOPPED));
    if (isHopeless(job.record, parts.settings.importMostFailed))
      return void (await endJob(parts, job, 'Failed', TOO_MANY_FAILED));
    if (!(await goesOn())) return;
    await breathe();
  }
  await endJob(parts, job, 'Succeeded', SUCCEEDED);
}

/** The same lines, as long as the work goes on: reading a large file takes a while too. */
async function* watched(lines: AsyncIterable<Line>, goesOn: () => Promise<boolean>): AsyncGenerator<Line> {
  for await (const line of lines) {
    if (line.number % LOOK_EVERY_LINES === 0 && !(await goesOn())) throw new Superseded();
    yield line;
  }
}

async function firstOf(lines: AsyncIterable<Line>): Promise<string> {
  for await (const { text } of lines) return text;
  throw new UnreadableFile('The file is empty.');
}

/** Lines that are people, some at a time, the first few by themselves. */
async function* rowsOf(lines: AsyncIterable<Line>, first: number): AsyncGenerator<Line[]> {
  let rows: Line[] = [];
  let enough = first;
  for await (const line of lines) {
    if (line.number === 1 || isBlank(line)) continue;
    rows.push(line);
    if (rows.length < enough) continue;
    yield rows;
    rows = [];
    enough = ROWS;
  }
  if (rows.length > 0) yield rows;
}

/** Adds what became of rows to the job, and where the row after them begins. */
async function count(
  { directory }: Importing,
  job: StoredJob,
  rows: readonly Line[],
  outcomes: readonly Outcome[],
): Promise<StoredJob> {
  const last = rows.at(-1);
  const number = (result: Outcome['result']) =>
    outcomes.filter((outcome) => outcome.result === result).length;
  return directory.forPool(job.pool).update('import-job', job.id, (current) => {
    if (!isActive(current) || current.worker !== job.record.worker) throw new Superseded();
    return {
      ...current,
      imported: current.imported + number('imported'),
      skipped: current.skipped + number('skipped'),
      failed: current.failed + number('failed'),
      next: last ? { byte: last.end, line: last.number + 1 } : current.next,
    };
  });
}

/** None of the first five, or too many of the first hundred and from then on. */
function isHopeless({ imported, skipped, failed }: ImportJobRecord, mostPercent: number): boolean {
  if (mostPercent >= 100) return false;
  const all = imported + skipped + failed;
  if (imported === 0) return all >= FIRST_ROWS;
  return all >= ROWS && (skipped + failed) * 100 > all * mostPercent;
}

/** Where the service keeps the log of an import (USR-150). */
function logNames({ pool, id, record }: StoredJob, { name }: StoredPool['record']) {
  return {
    logGroup: `/aws/cognito/userpools/${pool}/${name}`,
    logStream: `${id}/${record.name}`,
  };
}

const WORDS = { imported: 'SUCCEEDED', skipped: 'SKIPPED', failed: 'FAILED' } as const;

function tell(log: Logger, { line, result, text }: Outcome): void {
  log.info(`[${WORDS[result]}] Line Number ${line} - ${text}`);
}
