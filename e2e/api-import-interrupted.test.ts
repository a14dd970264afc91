/**
 * Import jobs that are stopped, whose process is killed, and that several processes could work on: the counts add up.
 */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import {
  AddCustomAttributesCommand,
  type CognitoIdentityProviderClient,
  DeleteUserPoolCommand,
  UpdateUserPoolCommand,
  type UserImportJobType,
} from '@aws-sdk/client-cognito-identity-provider';
import { adminInTime, countsOf, hasEnded, openImportPool, people, person, put } from './import-pool.ts';
import { administratorOf, refused } from './sdk-application.ts';
import { type Foyer, startFoyer } from './start.ts';

const SECOND = 1000;
let foyer: Foyer;
let sdk: CognitoIdentityProviderClient;
let shiftClocks: (ms: number) => Promise<void>;
before(async () => {
  foyer = await startFoyer();
  ({ sdk, shift: shiftClocks } = adminInTime(foyer));
});
const newPool = () => openImportPool(sdk);

/** Enough that it cannot be over before somebody has looked. */
const MANY = 4000;
/** Begun and not over. Wide, so that whoever looks does not miss it when they are held up for a second. */
const isUnderWay =
  (rows: number) =>
  ({ Status, ImportedUsers = 0 }: UserImportJobType) =>
    Status === 'InProgress' && ImportedUsers > 0 && ImportedUsers < 0.9 * rows;

test('USR-130 USR-133 USR-154 while a job runs no other starts and the pool stays; it can be stopped for good', async () => {
  const pool = await newPool();
  const { UserPoolId } = pool;
  const waiting = await pool.create();
  await put(waiting.PreSignedUrl, pool.file([person('later')]));
  const more = 5 * MANY;
  const JobId = await pool.begun(pool.file(people(more)));
  await pool.until(JobId, isUnderWay(more));
  await refused(pool.start(waiting.JobId), 'PreconditionNotMetException');
  const changes = [
    new UpdateUserPoolCommand({ UserPoolId, AutoVerifiedAttributes: ['email'] }),
    new DeleteUserPoolCommand({ UserPoolId }),
    new AddCustomAttributesCommand({
      UserPoolId,
      CustomAttributes: [{ Name: 'late', AttributeDataType: 'String' }],
    }),
  ];
  for (const change of changes) await refused(sdk.send(change as never), 'UserImportInProgressException');
  const stopping = await pool.stop(JobId);
  assert.ok(stopping.Status === 'Stopping' || stopping.Status === 'Stopped');
  const stopped = await pool.until(JobId, hasEnded);
  assert.equal(stopped.Status, 'Stopped');
  assert.equal(stopped.CompletionMessage, 'The Import Job was stopped by the developer.');
  const { ImportedUsers = 0 } = stopped;
  assert.ok(ImportedUsers > 0 && ImportedUsers < more);
  assert.equal((await pool.usernames()).length, ImportedUsers);
  await refused(pool.start(JobId), 'PreconditionNotMetException');
  await refused(pool.stop(JobId), 'PreconditionNotMetException');
  await pool.start(waiting.JobId);
  await pool.until(waiting.JobId ?? '', hasEnded);
  await sdk.send(new DeleteUserPoolCommand({ UserPoolId }));
});

test('USR-152 a job whose process is killed half-way is gone on with, and every row is counted once', async () => {
  const pool = await newPool();
  const rows = [...people(MANY), person('user3'), person('bad', { email_verified: '' })];
  const JobId = await pool.begun(pool.file(rows));
  const { ImportedUsers = 0 } = await pool.until(JobId, isUnderWay(MANY));
  await foyer.kill();
  await foyer.restart();
  // Until the dead process is given up.
  await shiftClocks(31 * SECOND);
  const ended = await pool.until(JobId, hasEnded);
  assert.equal(ended.Status, 'Succeeded');
  assert.ok(ImportedUsers < MANY);
  assert.deepEqual(countsOf(ended), [MANY, 1, 1]);
  assert.equal(new Set(await pool.usernames()).size, MANY);
  await shiftClocks(-31 * SECOND);
});

test('a stop in the middle hands the job on at once, and what runs beside takes it up', async () => {
  const beside = await startFoyer({ beside: foyer });
  const besideSdk = administratorOf(beside);
  const pool = await newPool();
  const JobId = await pool.begun(pool.file(people(MANY)));
  await pool.until(JobId, isUnderWay(MANY));
  assert.equal(await foyer.stop(), 0);
  const ended = await pool.until(JobId, hasEnded, besideSdk);
  assert.deepEqual(countsOf(ended), [MANY, 0, 0]);
  assert.equal(new Set(await pool.usernames(besideSdk)).size, MANY);
  await foyer.restart();

  // Both work now: of each line exactly one of them tells.
  const again = await newPool();
  const second = await again.begun(again.file(people(500)));
  assert.deepEqual(countsOf(await again.until(second, hasEnded)), [500, 0, 0]);
  const told = () => [...foyer.log(), ...beside.log()].filter((line) => line.includes(`${second}/spring`));
  while (told().length < 500) await pause(5);
  assert.equal(new Set(told().map((line) => JSON.parse(line).msg)).size, 500);
  assert.equal(told().length, 500);
  assert.equal(await beside.stop(), 0);
});
