import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_LIMITS } from '../../../settings/limits.ts';
import { mockTime } from '../../testing/mock-time.ts';
import { METADATA, registrationsOfTests } from '../../testing/registrations.ts';
import { registerClient, verifyInitialToken } from './register-client.ts';

/** Clients of a pool. */
const MOST = 1000;

const move = mockTime();
const { at, tokenOf, call, register, registered, refused } = registrationsOfTests();

/** In a minute of its own. */
async function limited(signUps: { perAddress: number; perPool: number }, work: () => Promise<void>) {
  const { pool } = at.stage;
  move(15 * 60_000);
  pool.limits = { ...DEFAULT_LIMITS, 'sign-ups': signUps };
  try {
    await work();
  } finally {
    delete pool.limits;
  }
}

const statuses = (answers: { status: number }[]) => answers.map(({ status }) => status).sort();

test('OID-189 an address registers so many clients in a time, also at the same moment', async () => {
  for (const signUps of [
    { perAddress: 2, perPool: 0 },
    { perAddress: 0, perPool: 2 },
  ])
    await limited(signUps, async () => {
      const token = await tokenOf(at.registrar);
      const answers = await Promise.all(Array.from({ length: 12 }, () => register(METADATA, token)));
      assert.deepEqual(statuses(answers), [201, 201, ...Array(10).fill(429)]);
      const told = answers.find(({ status }) => status === 429);
      assert.equal(told?.body['error'], 'temporarily_unavailable');
      assert.ok(Number(told?.headers.get('retry-after')) > 0);
    });
});

test('OID-189 strangers do not use up what others may register, and a change counts as much as a new one', async () => {
  const body = await registered();
  const uri = String(body['registration_client_uri']);
  await limited({ perAddress: 2, perPool: 0 }, async () => {
    for (let i = 0; i < 5; i++) await refused(register(METADATA, 'x'), 401, 'invalid_token');
    assert.equal((await register()).status, 201);
    const change = () =>
      call('PUT', uri, String(body['registration_access_token']), {
        ...METADATA,
        client_id: body['client_id'],
      });
    assert.deepEqual([(await change()).status, (await change()).status], [200, 429]);
    assert.equal((await register()).status, 429);
    assert.equal((await call('GET', uri, String(body['registration_access_token']))).status, 200);
  });
});

test('OID-189 a pool has a thousand clients and not one more, though fifty register at the same moment', async () => {
  const { directory } = at.stage.pool;
  const { id } = at.registrar;
  const record = (await directory.find('client', id))?.record ?? assert.fail();
  for (let n = await directory.count('client'); n < MOST - 2; n++)
    await directory.create('client', `filler${String(n).padStart(20, '0')}`, record);
  await limited({ perAddress: 0, perPool: 0 }, async () => {
    const token = await tokenOf(at.registrar);
    const initial = await verifyInitialToken(at.stage.pool, token);
    // Not by requests, which come one after the other: each must find room before the first has taken it.
    const given = Array.from({ length: 50 }, () => registerClient(at.stage.pool, initial, METADATA));
    const ends = await Promise.allSettled(given);
    const made = ends.filter(({ status }) => status === 'fulfilled').length;
    assert.equal(await directory.count('client'), MOST - 2 + made);
    assert.ok(made <= 2, `${made} were made`);
    for (const end of ends) if (end.status === 'rejected') assert.equal(end.reason.code, 'access_denied');
    for (let n = made; n < 2; n++) assert.equal((await register(METADATA, token)).status, 201);
    await refused(register(METADATA, token), 403, 'access_denied');
  });
});
