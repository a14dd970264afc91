import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import type { ImportJobRecord } from '#adapters/directory/records.ts';
import { fiftyAtOnce } from '#adapters/testing/fifty-at-once.ts';
import { refused } from '../accounts/testing/people.ts';
import { Refusal } from '../errors.ts';
import type { StoredJob } from './job.ts';
import { refuseDuringImport } from './refuse-during-import.ts';
import { countsOf, HOUR, newStage, POOL, people, SECOND, type Stage } from './testing/open-stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await newStage();
});

test('USR-126 a job is made with nothing counted, and an address at the public URL', async () => {
  const job = await stage.create();
  assert.equal(await stage.status(job), 'Created');
  assert.deepEqual(countsOf(job), { imported: 0, skipped: 0, failed: 0 });
  assert.match(job.id, /^import-[0-9a-zA-Z-]+$/);
  assert.ok(job.id.length <= 55);
});

test('USR-130 of many jobs of a pool one starts, and the next when it has ended', async () => {
  const jobs = await Promise.all(Array.from({ length: 50 }, () => stage.create()));
  for (const job of jobs) await stage.send(job, stage.file(people(2)));
  const { values, errors } = await fiftyAtOnce((index) => stage.start(jobs[index] ?? assert.fail()));
  assert.equal(values.length, 1);
  for (const error of errors) assert.equal((error as { reason?: string }).reason, 'precondition-not-met');
  const [first] = values;
  assert.ok(first);
  const next = jobs.find(({ id }) => id !== first.id) ?? assert.fail();
  await refused(stage.start(next), 'precondition-not-met');
  const caller = { accessKey: 'AKIA' };
  await refuseDuringImport(stage.parts, 'eu-central-1_Another01', caller);
  await refused(refuseDuringImport(stage.parts, POOL, caller), 'import-in-progress');
  await refuseDuringImport(stage.parts, POOL, { accessKey: 'process' });
  await stage.worker().look();
  await refuseDuringImport(stage.parts, POOL, caller);
  assert.equal((await stage.start(next)).record.status, 'Pending');
});

test('USR-131 a job starts once, with a file, in a pool that verifies something', async () => {
  await refused(
    stage.start(await stage.create()),
    'precondition-not-met',
    'No file was uploaded for the import job.',
  );
  const job = await stage.begun(stage.file(people(1)));
  await refused(stage.start(job), 'precondition-not-met');
  await stage.worker().look();
  await refused(
    stage.start(job),
    'precondition-not-met',
    'The import job cannot be started: it is Succeeded.',
  );
  await refused(stage.start({ ...job, id: 'import-none' }), 'resource-not-found');

  stage = await newStage({ AutoVerifiedAttributes: [] });
  const other = await stage.create();
  await stage.send(other, stage.file(people(1)));
  await refused(stage.start(other), 'precondition-not-met');
  assert.equal(await stage.status(other), 'Created');
});

test('USR-132 a job that is not started within a day has expired, and its file is gone', async () => {
  const job = await stage.create();
  await stage.send(job, stage.file(people(2)));
  const file = (await stage.find(job)).record.upload?.id ?? '';
  stage.clock.at += 24 * HOUR - 1;
  assert.equal(await stage.status(job), 'Created');
  stage.clock.at += 1;
  assert.equal(await stage.status(job), 'Expired');
  await refused(stage.start(job), 'precondition-not-met', 'The import job cannot be started: it is Expired.');
  assert.equal(await stage.stores.uploads.forPool(POOL).read(file, 0), undefined);
});

test('USR-132 a job that was started in time is worked on to its end, however long that takes', async () => {
  const job = await stage.create();
  await stage.send(job, stage.file(people(2)));
  stage.clock.at += 24 * HOUR - 1;
  await stage.start(job);
  stage.clock.at += HOUR;
  await stage.worker().look();
  assert.deepEqual(countsOf(await stage.find(job)), { imported: 2, skipped: 0, failed: 0 });
});

test('USR-133 a job that nobody works on is stopped at once, for good', async () => {
  const job = await stage.begun(stage.file(people(2)));
  const { record } = await stage.stop(job);
  assert.equal(record.status, 'Stopped');
  assert.equal(record.message, 'The Import Job was stopped by the developer.');
  assert.equal(record.completedAt, stage.clock.at);
  await stage.worker().look();
  assert.equal(await stage.accounts.estimate(), 0);
  await refused(stage.stop(job), 'precondition-not-met');
  await refused(stage.start(job), 'precondition-not-met');
  await refused(stage.stop(await stage.create()), 'precondition-not-met');
});

test('USR-133 USR-152 a job that is worked on stops after the rows at hand, and its counts are right', async () => {
  const job = await stage.begun(stage.file(people(1000)));
  let stopping: Promise<StoredJob> | undefined;
  stage.onLine.call = () => {
    if (stage.lines().length === 150) stopping = stage.stop(job);
  };
  await stage.worker().look();
  assert.equal((await stopping)?.record.status, 'Stopping');
  const { record } = await stage.find(job);
  assert.equal(record.status, 'Stopped');
  assert.equal(record.message, 'The Import Job was stopped by the developer.');
  assert.ok(record.imported > 100 && record.imported < 400, String(record.imported));
  assert.equal(await stage.accounts.estimate(), record.imported);
});

test('USR-134 jobs are listed with the newest first', async () => {
  const made: string[] = [];
  for (let n = 0; n < 7; n++) {
    made.unshift((await stage.create()).id);
    stage.clock.at += SECOND;
  }
  const { items } = await stage.stores.directory.forPool(POOL).list('import-job', { limit: 60 });
  assert.deepEqual(
    items.map(({ id }) => id),
    made,
  );
});

test('USR-155 a pool has a thousand jobs and not one more, also when many are made at once', async () => {
  const directory = stage.stores.directory.forPool(POOL);
  const ended = { status: 'Succeeded' } as ImportJobRecord;
  for (let n = 0; n < 980; n++) await directory.create('import-job', `import-${n}`, ended);
  const { errors } = await fiftyAtOnce(() => stage.create());
  assert.ok(errors.every((error) => error instanceof Refusal && error.reason === 'limit-exceeded'));
  const left = 1000 - (await directory.count('import-job'));
  assert.ok(left >= 0, `${-left} too many were made at once`);
  for (let n = 0; n < left; n++) await stage.create();
  await refused(stage.create(), 'limit-exceeded');
  assert.equal(await directory.count('import-job'), 1000);
});
