import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemory } from './remember.ts';

function start() {
  const clock = { time: 0, now: () => clock.time };
  const remember = openMemory(clock);
  let loads = 0;
  let away = false;
  const load = async () => {
    loads += 1;
    if (away) throw new Error(`away ${loads}`);
    return { value: { version: loads }, freshUntil: clock.time + 1000, usableUntil: clock.time + 100_000 };
  };
  return {
    clock,
    remember,
    load,
    loads: () => loads,
    goAway: (is: boolean) => {
      away = is;
    },
  };
}

test('what was read is not read again until it is old', async () => {
  const { clock, remember, load, loads } = start();
  assert.deepEqual(await remember('a', load), { version: 1 });
  clock.time = 999;
  assert.deepEqual(await remember('a', load), { version: 1 });
  clock.time = 1000;
  assert.deepEqual(await remember('a', load), { version: 2 });
  assert.deepEqual(await remember('b', load), { version: 3 });
  assert.equal(loads(), 3);
});

test('many who ask at once wait for one reading', async () => {
  const { remember, load, loads } = start();
  const all = await Promise.all(Array.from({ length: 50 }, () => remember('a', load)));
  assert.equal(loads(), 1);
  assert.equal(new Set(all).size, 1);
});

test('a value that was not enough is read again once, by all who found it so', async () => {
  const { remember, load, loads } = start();
  const first = await remember('a', load);
  await Promise.all(Array.from({ length: 50 }, () => remember('a', load, { insufficient: first })));
  assert.deepEqual(await remember('a', load, { insufficient: first }), { version: 2 });
  assert.equal(loads(), 2);
});

test('when nobody answers the old one serves while it may, and is asked for again after a pause', async () => {
  const { clock, remember, load, loads, goAway } = start();
  await remember('a', load);
  goAway(true);
  clock.time = 2000;
  assert.deepEqual(await remember('a', load), { version: 1 });
  assert.deepEqual(await remember('a', load), { version: 1 });
  assert.equal(loads(), 2);
  clock.time = 12_000;
  goAway(false);
  assert.deepEqual(await remember('a', load), { version: 3 });
  goAway(true);
  clock.time = 200_000;
  await assert.rejects(remember('a', load), /away 4/);
});

test('who did not answer is left alone for a while, and the failure is the same for all', async () => {
  const { clock, remember, load, loads, goAway } = start();
  goAway(true);
  const failures = await Promise.allSettled(Array.from({ length: 5 }, () => remember('a', load)));
  assert.ok(failures.every(({ status }) => status === 'rejected'));
  await assert.rejects(remember('a', load), /away 1/);
  assert.equal(loads(), 1);
  goAway(false);
  clock.time = 10_000;
  assert.deepEqual(await remember('a', load), { version: 2 });
});

test('who wants it anew gets it anew, whatever was read or failed before', async () => {
  const { remember, load, loads, goAway } = start();
  assert.deepEqual(await remember('a', load), { version: 1 });
  assert.deepEqual(await remember('a', load, { anew: true }), { version: 2 });
  assert.deepEqual(await remember('a', load), { version: 2 });
  goAway(true);
  await assert.rejects(remember('a', load, { anew: true }), /away 3/);
  assert.deepEqual(await remember('a', load), { version: 2 });
  goAway(false);
  assert.deepEqual(await remember('a', load, { anew: true }), { version: 4 });
  assert.equal(loads(), 4);
});

test('only so much is kept, and what was asked for last stays', async () => {
  const { remember, load, loads } = start();
  await remember('first', load);
  for (let i = 0; i < 1999; i++) await remember(`key ${i}`, load);
  await remember('first', load);
  assert.equal(loads(), 2000);
  await remember('one more', load);
  await remember('first', load);
  assert.equal(loads(), 2001);
  await remember('key 0', load);
  assert.equal(loads(), 2002);
});

test('who wants it anew does not take what somebody began to read before', async () => {
  const { remember, load } = start();
  const { promise, resolve } = Promise.withResolvers<void>();
  const slow = async () => {
    const read = await load();
    await promise;
    return read;
  };
  const early = remember('a', slow);
  const late = remember('a', load, { anew: true });
  resolve();
  assert.deepEqual(await early, { version: 1 });
  assert.deepEqual(await late, { version: 2 });
  assert.deepEqual(await remember('a', load), { version: 2 });
});
