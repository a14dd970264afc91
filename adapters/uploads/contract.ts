/** The proof of `store.ts`: every implementation passes all of it, none is asked by name. */
import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { Clock } from '../clock.ts';
import { ODD_IDS } from '../testing/odd-ids.ts';
import { PIECE_BYTES, type UploadStore, type UploadStores } from './store.ts';

const HOUR = 3_600_000;

/** `open` opens the same data at each call, as another process would. */
export function uploadsContract(engine: string, open: (clock: Clock) => Promise<UploadStores>): void {
  describe(`uploads on ${engine}`, () => {
    const clock = { at: 1_790_000_000_000, now: () => clock.at };
    let processes: UploadStores[] = [];
    before(async () => {
      processes = [await open(clock), await open(clock)];
    });
    after(async () => {
      for (const stores of processes) await stores.close();
    });

    const newPool = (id = `eu-central-1_${randomUUID()}`): [UploadStore, UploadStore] => {
      const [one, two] = processes.map((stores) => stores.forPool(id));
      assert.ok(one && two);
      return [one, two];
    };
    const inAnHour = () => clock.at + HOUR;
    const sweep = async () => {
      while (await processes[0]?.sweep());
    };

    test('a piece is read as it was written, in this process and another', async () => {
      const [store, elsewhere] = newPool();
      const pieces = [randomBytes(PIECE_BYTES), Buffer.from([0, 255, 10, 0]), Buffer.alloc(0)];
      for (const [number, bytes] of pieces.entries()) await store.write('file', number, bytes, inAnHour());
      for (const [number, bytes] of pieces.entries())
        assert.deepEqual(Buffer.from((await elsewhere.read('file', number)) ?? []), bytes);
      assert.equal(await elsewhere.read('file', 3), undefined);
      assert.equal(await elsewhere.read('another', 0), undefined);
    });

    test('a piece that is written again is the later one', async () => {
      const [store] = newPool();
      await store.write('file', 0, Buffer.from('first'), inAnHour());
      await store.write('file', 0, Buffer.from('second'), inAnHour());
      assert.equal(Buffer.from((await store.read('file', 0)) ?? []).toString(), 'second');
    });

    test('many pieces are kept apart, past the tenth and the hundredth', async () => {
      const [store] = newPool();
      for (let piece = 0; piece < 130; piece++)
        await store.write('file', piece, Buffer.from(`${piece}`), inAnHour());
      for (const piece of [0, 1, 9, 10, 11, 99, 100, 129])
        assert.equal(Buffer.from((await store.read('file', piece)) ?? []).toString(), `${piece}`);
      await store.remove('file');
      for (const piece of [0, 64, 100, 129]) assert.equal(await store.read('file', piece), undefined);
    });

    test('removing takes the one upload, whatever its name looks like', async () => {
      const [store] = newPool();
      const names = [...ODD_IDS, 'file', 'file1', 'file|1'];
      for (const name of names) await store.write(name, 0, Buffer.from(name), inAnHour());
      await store.remove('file');
      await store.remove('file');
      for (const name of names) {
        const bytes = await store.read(name, 0);
        assert.equal(bytes && Buffer.from(bytes).toString(), name === 'file' ? undefined : name);
      }
    });

    test('what has expired is not there, and a sweep takes it and nothing else', async () => {
      const [store, elsewhere] = newPool();
      for (let piece = 0; piece < 70; piece++)
        await store.write('short', piece, Buffer.from('s'), clock.at + 1000);
      await store.write('long', 0, Buffer.from('l'), inAnHour());
      clock.at += 999;
      await sweep();
      assert.ok(await elsewhere.read('short', 69));
      clock.at += 1;
      assert.equal(await elsewhere.read('short', 0), undefined);
      await sweep();
      assert.ok(await elsewhere.read('long', 0));
      clock.at -= 1;
      for (const piece of [0, 69]) assert.equal(await store.read('short', piece), undefined);
      clock.at += 1;
    });

    test('an upload can be kept longer as long as it is there', async () => {
      const [store, elsewhere] = newPool();
      for (const piece of [0, 1]) await store.write('file', piece, Buffer.from('f'), clock.at + 1000);
      assert.equal(await store.prolong('file', inAnHour()), true);
      clock.at += HOUR - 1;
      await sweep();
      assert.ok((await elsewhere.read('file', 0)) && (await elsewhere.read('file', 1)));
      clock.at += 1;
      assert.equal(await store.prolong('file', inAnHour()), false);
      assert.equal(await store.prolong('none', inAnHour()), false);
      assert.equal(await store.read('file', 0), undefined);
    });

    test('a pool sees, keeps longer and removes only its own', async () => {
      const id = randomUUID();
      const [store] = newPool(id);
      for (const other of [`${id}1`, `${id}|file`, randomUUID()]) {
        const [stranger] = newPool(other);
        await store.write('file', 0, Buffer.from('mine'), inAnHour());
        assert.equal(await stranger.read('file', 0), undefined);
        assert.equal(await stranger.prolong('file', clock.at), false);
        await stranger.remove('file');
        await stranger.write('file', 0, Buffer.from('theirs'), inAnHour());
        await stranger.clear();
        assert.equal(await stranger.read('file', 0), undefined);
        assert.equal(Buffer.from((await store.read('file', 0)) ?? []).toString(), 'mine');
      }
      await store.write('second', 0, Buffer.from('mine too'), inAnHour());
      await store.clear();
      assert.equal(await store.read('file', 0), undefined);
      assert.equal(await store.read('second', 0), undefined);
    });
  });
}
