import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { beforeEach, test } from 'node:test';
import { PIECE_BYTES } from '#adapters/uploads/store.ts';
import { openVault } from '../vault.ts';
import type { StoredJob } from './job.ts';
import { readUpload } from './read-upload.ts';
import { MOST_FILE_BYTES, UploadRefused } from './receive-upload.ts';
import { allOf } from './testing/all-of.ts';
import { HOUR, inChunks, MINUTE, newStage, POOL, people, type Stage } from './testing/open-stage.ts';
import { UPLOAD_PATH, uploadAddress } from './upload-address.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await newStage();
});

const refused = (work: Promise<unknown>, status: number) =>
  assert.rejects(work, (error) => {
    assert.ok(error instanceof UploadRefused, String(error));
    assert.equal(error.status, status, error.message);
    return true;
  });
async function fileOf(job: StoredJob, from = 0): Promise<Buffer> {
  const upload = (await stage.find(job)).record.upload ?? assert.fail('there is no file');
  const pieces = readUpload(stage.stores.uploads.forPool(POOL), upload, from);
  return Buffer.concat(await allOf(pieces));
}
/** Everything that lies in the store of the pool, by upload. */
const kept = async (ids: string[]) => {
  const store = stage.stores.uploads.forPool(POOL);
  const found = await Promise.all(ids.map((id) => store.read(id, 0)));
  return found.filter((bytes) => bytes !== undefined).length;
};

test('a file is kept as it was sent, whatever its size, and can be read from any place', async () => {
  for (const size of [0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES + 12_345]) {
    const job = await stage.create();
    const bytes = randomBytes(size);
    await stage.send(job, bytes);
    assert.ok((await fileOf(job)).equals(bytes), `${size} bytes`);
    for (const from of [1, PIECE_BYTES, size - 1].filter((place) => place > 0 && place < size))
      assert.ok((await fileOf(job, from)).equals(bytes.subarray(from)), `${size} bytes from ${from}`);
  }
});

test('a file that comes in pieces larger than those it is kept in is the same', async () => {
  const job = await stage.create();
  const bytes = randomBytes(4 * PIECE_BYTES + 7);
  await stage.receive(stage.addressOf(job), inChunks(bytes, 2 * PIECE_BYTES + 3));
  assert.ok((await fileOf(job)).equals(bytes));
});

test('USR-127 an address is good for a quarter of an hour, for its own job', async () => {
  const [job, other] = [await stage.create(), await stage.create()];
  stage.clock.at += 15 * MINUTE - 1;
  await stage.send(job, stage.file(people(1)));
  stage.clock.at += 1;
  await refused(stage.send(job, stage.file(people(1))), 403);
  const fresh = await stage.create();
  const { signature, expires } = stage.addressOf(fresh);
  const forged = [
    { ...stage.addressOf(job), expires: String(stage.clock.at + HOUR) },
    { ...stage.addressOf(job), expires, signature },
    { ...stage.addressOf(other), signature },
    { ...stage.addressOf(fresh), poolId: 'eu-central-1_Another01' },
    { ...stage.addressOf(fresh), signature: '' },
    { ...stage.addressOf(fresh), signature: `${signature.slice(0, -2)}AA` },
    { ...stage.addressOf(fresh), expires: 'Infinity' },
    { ...stage.addressOf(fresh), expires: `${expires}0` },
  ];
  for (const address of forged) await refused(stage.receive(address, inChunks(Buffer.from('x'))), 403);
  await stage.receive(stage.addressOf(fresh), inChunks(Buffer.from('x')));
});

test('another master secret makes other addresses', async () => {
  const job = await stage.create();
  const vault = openVault('another master secret for tests 0123456789');
  const [mine, theirs] = [stage.parts, { ...stage.parts, vault }].map((parts) => uploadAddress(parts, job));
  assert.notEqual(mine, theirs);
  const path = UPLOAD_PATH.exec(new URL(mine ?? '').pathname);
  assert.deepEqual(path?.slice(1), [POOL, job.id]);
  assert.ok(mine?.startsWith('https://id.example.com/') && mine.length <= 2048);
});

test('a later file takes the place of the one before, of which nothing stays', async () => {
  const job = await stage.create();
  await stage.send(job, 'first');
  const first = (await stage.find(job)).record.upload?.id ?? '';
  await stage.send(job, 'second');
  assert.equal((await fileOf(job)).toString(), 'second');
  assert.equal(await kept([first]), 0);
});

test('a job that was started takes no file any more, and nothing of a late one stays', async () => {
  const job = await stage.begun(stage.file(people(2)));
  await refused(stage.send(job, 'late'), 409);
  const [slow] = [await stage.create()];
  await stage.send(slow, stage.file(people(2)));
  await stage.worker().look();
  const before = (await stage.find(slow)).record.upload;
  async function* whileItStarts() {
    yield Buffer.from('late');
    await stage.start(slow);
  }
  await refused(stage.receive(stage.addressOf(slow), whileItStarts()), 409);
  assert.deepEqual((await stage.find(slow)).record.upload, before);
});

test('USR-146 more than 100 MB are refused, announced or not, and nothing of them stays', async () => {
  const job = await stage.create();
  await refused(stage.receive(stage.addressOf(job), inChunks(Buffer.from('x')), MOST_FILE_BYTES + 1), 413);
  let read = 0;
  async function* endless() {
    for (; ; read++) yield Buffer.alloc(1024 * 1024);
  }
  await refused(stage.receive(stage.addressOf(job), endless()), 413);
  assert.equal(read, 100);
  assert.equal((await stage.find(job)).record.upload, undefined);
  stage.clock.at += 48 * HOUR;
  assert.equal(await stage.stores.uploads.sweep(), false, 'nothing was left to expire');
});

test('a file that breaks off is not kept, and the one before is', async () => {
  const job = await stage.create();
  await stage.send(job, 'first');
  async function* broken() {
    yield Buffer.alloc(PIECE_BYTES);
    throw new Error('aborted');
  }
  await assert.rejects(stage.receive(stage.addressOf(job), broken()), /aborted/);
  assert.equal((await fileOf(job)).toString(), 'first');
});

test('one file at a time is received for a job, and a few for all', async () => {
  const jobs = await Promise.all(Array.from({ length: 5 }, () => stage.create()));
  let go = () => {};
  const gone = new Promise<void>((resolve) => {
    go = resolve;
  });
  async function* slow() {
    yield Buffer.from('slow');
    await gone;
  }
  const [first, second, third, fourth, fifth] = jobs.map((job) => stage.addressOf(job));
  assert.ok(first && second && third && fourth && fifth);
  const sending = [first, second, third, fourth].map((address) => stage.receive(address, slow()));
  // Each of them looks its job up first.
  await stage.stores.directory.ping();
  await new Promise((resolve) => setImmediate(resolve));
  await refused(stage.receive(first, inChunks(Buffer.from('x'))), 409);
  await refused(stage.receive(fifth, inChunks(Buffer.from('x'))), 503);
  go();
  await Promise.all(sending);
  await stage.receive(fifth, inChunks(Buffer.from('x')));
});

test('a job whose file is not there any more fails', async () => {
  const job = await stage.begun(stage.file(people(8000)));
  const upload = (await stage.find(job)).record.upload?.id ?? '';
  await stage.stores.uploads.forPool(POOL).remove(upload);
  await stage.worker().look();
  const { record } = await stage.find(job);
  assert.deepEqual([record.status, record.message], ['Failed', 'The uploaded file is not there any more.']);
});

test('when a job has ended, nothing of its file stays', async () => {
  const job = await stage.begun(stage.file(people(10)));
  const upload = (await stage.find(job)).record.upload?.id ?? '';
  assert.equal(await kept([upload]), 1);
  await stage.worker().look();
  assert.equal(await kept([upload]), 0);
});
