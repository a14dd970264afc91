import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { Refusal } from '../../errors.ts';
import { DEFAULT_LIMITS } from '../../settings/limits.ts';
import { MINUTE, openTestPool, SECOND, type TestPool } from '../testing/open-pool.ts';
import { refused } from '../testing/people.ts';
import { countFailure, refuseAfterFailures, takeTurn } from './take-turn.ts';

const HERE = '203.0.113.9';
const THERE = '198.51.100.7';

let pool: TestPool;
beforeEach(async () => {
  pool = await openTestPool();
  limit(3, 0);
});
afterEach(() => pool.close());

function limit(perAddress: number, perPool: number): void {
  pool.limits = { ...DEFAULT_LIMITS, guesses: { perAddress, perPool } };
}

const turn = (address: string | undefined = HERE) => takeTurn(pool, 'guesses', address);
const isRefusal = (reason: unknown) => reason instanceof Refusal && reason.reason === 'too-many-requests';

test('an address gets as many turns as its limit, others go on, and the next quarter of an hour begins anew', async () => {
  for (let i = 0; i < 3; i++) await turn();
  await refused(turn(), 'too-many-requests', 'Rate exceeded');
  await turn(THERE);
  await takeTurn(pool, 'messages', HERE);
  pool.clock.at += 15 * MINUTE - 1;
  await refused(turn(), 'too-many-requests');
  pool.clock.at += 1;
  await turn();
});

test('a refusal says in how many seconds to come again', async () => {
  pool.clock.at += 5 * MINUTE + 1;
  for (let i = 0; i < 3; i++) await turn();
  await assert.rejects(turn(), (error: Refusal) => error.details['retryAfter'] === '600');
});

test('of fifty turns taken at the same moment as many get through as of fifty one after the other', async () => {
  const results = await Promise.allSettled(Array.from({ length: 50 }, () => turn()));
  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 3);
  assert.ok(results.every((result) => result.status === 'fulfilled' || isRefusal(result.reason)));
});

test('what was given back does not count, whoever took it', async () => {
  for (let i = 0; i < 20; i++) await (await turn()).giveBack();
  for (let i = 0; i < 3; i++) await turn();
  await refused(turn(), 'too-many-requests');
});

test('a turn is given back to the window in which it was taken', async () => {
  const taken = await turn();
  pool.clock.at += 15 * MINUTE;
  await taken.giveBack();
  for (let i = 0; i < 3; i++) await turn();
  await refused(turn(), 'too-many-requests');
});

test('a network of IPv6 shares a count, the machine itself has none', async () => {
  for (let i = 1; i <= 3; i++) await turn(`2001:db8:0:7::${i}`);
  await refused(turn('2001:db8:0:7:8::1'), 'too-many-requests');
  await turn('2001:db8:0:8::1');
  for (let i = 0; i < 10; i++) await turn('127.0.0.1');
});

test('the pool has a limit of its own, for a minute, which an address past its limit does not use up', async () => {
  limit(3, 5);
  for (let i = 0; i < 3; i++) await turn();
  for (let i = 0; i < 10; i++) await refused(turn(), 'too-many-requests');
  await turn(THERE);
  await takeTurn(pool, 'guesses', undefined);
  await refused(turn('192.0.2.1'), 'too-many-requests');
  pool.clock.at += 60 * SECOND;
  await turn('192.0.2.1');
});

test('a limit of 0 is none', async () => {
  limit(0, 0);
  for (let i = 0; i < 50; i++) await turn();
});

test('failures that are counted afterwards shut the address out as well', async () => {
  for (let i = 0; i < 3; i++) {
    await refuseAfterFailures(pool, 'guesses', HERE);
    await countFailure(pool, 'guesses', HERE);
  }
  await refused(refuseAfterFailures(pool, 'guesses', HERE), 'too-many-requests');
  await refused(countFailure(pool, 'guesses', HERE), 'too-many-requests');
  await refuseAfterFailures(pool, 'guesses', THERE);
  pool.clock.at += 15 * MINUTE;
  await refuseAfterFailures(pool, 'guesses', HERE);
});
