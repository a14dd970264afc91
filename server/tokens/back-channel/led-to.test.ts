import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fiftyAtOnce } from '#adapters/testing/fifty-at-once.ts';
import { newPool } from '../../accounts/testing/new-pool.ts';
import { DAY } from '../../accounts/testing/open-pool.ts';
import { findLedTo, forgetLedTo, type Led, MOST_LED, noteLedTo, removeLedTo } from './led-to.ts';

const led = (client: string, uid = 'session'): Led => ({ client, uid, sid: `${client} in ${uid}` });

test('each application is there once for each session, whichever week it came in', async () => {
  const pool = await newPool();
  for (const one of [led('a'), led('a'), led('b'), led('a', 'other')]) await noteLedTo(pool, 'maria', one);
  pool.clock.at += 7 * DAY;
  await noteLedTo(pool, 'maria', led('a'));
  await noteLedTo(pool, 'maria', led('c'));
  const found = await findLedTo(pool, 'maria');
  assert.deepEqual(found.map(({ sid }) => sid).toSorted(), [
    'a in other',
    'a in session',
    'b in session',
    'c in session',
  ]);
  assert.deepEqual(await findLedTo(pool, 'mina'), []);
});

test('it is there for five weeks, and then no more', async () => {
  const pool = await newPool();
  await noteLedTo(pool, 'maria', led('a'));
  pool.clock.at += 35 * DAY;
  assert.deepEqual(await findLedTo(pool, 'maria'), [led('a')]);
  pool.clock.at += 7 * DAY;
  assert.deepEqual(await findLedTo(pool, 'maria'), []);
});

test('of fifty at the same moment none is lost, also when they are the first', async () => {
  const pool = await newPool();
  const { errors } = await fiftyAtOnce((index) => noteLedTo(pool, 'maria', led(`client ${index}`)));
  assert.deepEqual(errors, []);
  assert.equal((await findLedTo(pool, 'maria')).length, 50);
  await fiftyAtOnce(() => noteLedTo(pool, 'mina', led('a')));
  assert.deepEqual(await findLedTo(pool, 'mina'), [led('a')]);
});

test('whoever signs in again and again drops older sessions of that application, and no other application', async () => {
  const pool = await newPool();
  await noteLedTo(pool, 'maria', led('rare'));
  for (let index = 0; index < MOST_LED + 20; index++)
    await noteLedTo(pool, 'maria', led('often', `session ${index}`));
  const found = await findLedTo(pool, 'maria');
  assert.equal(found.length, MOST_LED);
  assert.deepEqual(found[0], led('rare'));
  assert.deepEqual(found.at(-1), led('often', `session ${MOST_LED + 19}`));
  for (let index = 0; index < MOST_LED + 1; index++) await noteLedTo(pool, 'mina', led(`client ${index}`));
  assert.equal((await findLedTo(pool, 'mina')).length, MOST_LED);
});

test('what was told is forgotten, in every week; of a deleted account everything is', async () => {
  const pool = await newPool();
  for (const one of [led('a'), led('b')]) await noteLedTo(pool, 'maria', one);
  pool.clock.at += 7 * DAY;
  for (const one of [led('a'), led('a', 'other')]) await noteLedTo(pool, 'maria', one);
  await forgetLedTo(pool, 'maria', [led('a')]);
  assert.deepEqual(await findLedTo(pool, 'maria'), [led('a', 'other'), led('b')]);
  await removeLedTo(pool, 'maria');
  assert.deepEqual(await findLedTo(pool, 'maria'), []);
});
