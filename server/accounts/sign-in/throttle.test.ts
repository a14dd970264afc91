import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { MINUTE, openTestPool, SECOND, type TestPool } from '../testing/open-pool.ts';
import { refused } from '../testing/people.ts';
import { throttled, unlock } from './throttle.ts';

let pool: TestPool;
beforeEach(async () => {
  pool = await openTestPool();
});
afterEach(() => pool.close());

let checks = 0;
const attempt = (matches: boolean, subject = 'maria') =>
  throttled(pool, subject, async () => {
    checks++;
    return { matches };
  });
async function fail(times: number): Promise<void> {
  for (let i = 0; i < times; i++) await attempt(false);
}

test('SEC-256 four failures do not lock, the fifth locks for a second', async () => {
  await fail(4);
  await attempt(false);
  await refused(attempt(true), 'attempts-exceeded', 'Password attempts exceeded');
  pool.clock.at += SECOND - 1;
  await refused(attempt(true), 'attempts-exceeded');
  pool.clock.at += 1;
  await attempt(true);
});

test('SEC-257 each further failure doubles the lock, up to fifteen minutes', async () => {
  await fail(5);
  let lock = SECOND;
  for (let failures = 6; failures <= 20; failures++) {
    pool.clock.at += lock;
    await attempt(false);
    lock = Math.min(lock * 2, 15 * MINUTE);
    pool.clock.at += lock - 1;
    await refused(attempt(true), 'attempts-exceeded');
    pool.clock.at += 1;
    pool.clock.at -= lock;
  }
  assert.equal(lock, 15 * MINUTE);
});

test('SEC-258 during a lock nothing is checked, and the lock does not grow', async () => {
  await fail(5);
  const before = checks;
  for (let i = 0; i < 10; i++) await refused(attempt(false), 'attempts-exceeded');
  assert.equal(checks, before);
  pool.clock.at += SECOND;
  await attempt(false);
  pool.clock.at += 2 * SECOND;
  await attempt(true);
});

test('SEC-259 SEC-260 a success after the lock, or fifteen quiet minutes, forget the failures', async () => {
  await fail(5);
  pool.clock.at += SECOND;
  await attempt(true);
  await fail(4);
  await attempt(true);
  await fail(5);
  pool.clock.at += 15 * MINUTE;
  await fail(4);
  await attempt(true);
});

test('the longest lock does not forget the failures that led to it', async () => {
  await fail(5);
  for (let lock = SECOND; lock < 15 * MINUTE; lock *= 2) {
    pool.clock.at += lock;
    await attempt(false);
  }
  pool.clock.at += 15 * MINUTE;
  await attempt(false);
  await refused(attempt(true), 'attempts-exceeded');
  pool.clock.at += 30 * MINUTE;
  await fail(4);
  await attempt(true);
});

test('ATK-40 fifty guesses at the same moment are checked five times', async () => {
  checks = 0;
  const results = await Promise.allSettled(
    Array.from({ length: 50 }, () =>
      throttled(pool, 'maria', async () => {
        checks++;
        await new Promise((resolve) => setImmediate(resolve));
        return { matches: false };
      }),
    ),
  );
  assert.equal(checks, 5);
  assert.equal(results.filter(({ status }) => status === 'rejected').length, 45);
});

test('the right password works twenty times at the same moment: nobody is locked out by their own hurry', async () => {
  const all = await Promise.all(Array.from({ length: 20 }, () => attempt(true)));
  assert.ok(all.every(({ matches }) => matches));
});

test('a check that fails for another reason costs no try and leaves no place taken', async () => {
  for (let i = 0; i < 10; i++)
    await assert.rejects(
      throttled(pool, 'maria', async () => {
        throw new Error('the store is away');
      }),
      /away/,
    );
  await fail(4);
  await attempt(true);
});

test('places held by a process that died are free again', async () => {
  const dying = Array.from({ length: 5 }, () => {
    const { promise: checking, resolve } = Promise.withResolvers<void>();
    void throttled(pool, 'maria', () => {
      resolve();
      return new Promise<never>(() => {});
    });
    return checking;
  });
  await Promise.all(dying);
  pool.clock.at += 20 * SECOND;
  await attempt(true);
});

test('subjects are counted apart, and a subject can be unlocked', async () => {
  await fail(5);
  await attempt(true, 'mia');
  await refused(attempt(true), 'attempts-exceeded');
  await unlock(pool, 'maria');
  await attempt(true);
});
