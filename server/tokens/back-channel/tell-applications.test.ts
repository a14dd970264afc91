import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, beforeEach, test } from 'node:test';
import { openOpenIdStage } from '../../oidc/testing/openid.ts';
import { claimsOf } from '../../oidc/testing/requests.ts';
import type { Stage } from '../../oidc/testing/stage.ts';
import { tellApplications } from './tell-applications.ts';

let stage: Stage;
/** What came to the applications, and how they answer. */
let arrived: { path: string; claims: Record<string, unknown> }[];
let answer: (path: string, response: ServerResponse) => void;
const applications = createServer(async (request, response) => {
  const path = request.url ?? '';
  arrived.push({ path, claims: claimsOf(new URLSearchParams(await text(request)).get('logout_token')) });
  answer(path, response);
}).listen(0, '127.0.0.1');
await once(applications, 'listening');
const ok = (_: string, response: ServerResponse) => void response.end();
/** Long enough for a machine that does much else. */
const NEVER = 60_000;

before(async () => {
  stage = await openOpenIdStage();
});
beforeEach(() => {
  arrived = [];
  answer = ok;
});
after(async () => {
  applications.closeAllConnections();
  applications.close();
  await stage.close();
});

const at = (path: string) => `http://127.0.0.1:${(applications.address() as AddressInfo).port}${path}`;
const application = (path: string, isNamed = false) =>
  stage.client({
    OpenId: {
      backchannel_logout_uri: at(path),
      ...(isNamed && { backchannel_logout_session_required: true }),
    },
  });
const many = (count: number) =>
  Promise.all(
    Array.from({ length: count }, async (_, index) => ({ client: await application(`/${index}`) })),
  );

test('one token for all sessions of an application, one for each where it must be told which', async () => {
  const [plain, named, silent] = [
    await application('/plain'),
    await application('/named', true),
    await stage.client(),
  ];
  const told = [plain, named, silent].flatMap((client) => [
    { client, sid: 'first' },
    { client, sid: 'second' },
  ]);
  const took = await tellApplications(stage.pool, stage.pool.log, { told, sub: 'maria' });
  assert.deepEqual(
    arrived.map(({ path, claims }) => `${path} ${claims['sid']} ${claims['sub']}`).toSorted(),
    ['/named first maria', '/named second maria', '/plain undefined maria'],
  );
  assert.deepEqual(new Set(took), new Set(told));
  assert.equal(new Set(arrived.map(({ claims }) => claims['jti'])).size, 3);
});

test('OID-218 of many applications only so many are told at the same moment, and all of them in the end', async () => {
  const told = await many(12);
  const { pool } = stage;
  // Each asks for the time as it begins, before anything is waited for.
  let [begun, answered, most] = [0, 0, 0];
  const now = () => {
    begun += 1;
    most = Math.max(most, begun - answered);
    return pool.clock.now();
  };
  answer = (_, response) => {
    answered += 1;
    response.end();
  };
  const bounds = { atOnce: 4, eachMs: NEVER, wholeMs: NEVER };
  const took = await tellApplications({ ...pool, clock: { now } }, pool.log, { told, sub: 'maria' }, bounds);
  assert.equal(begun, 12);
  assert.equal(most, 4);
  assert.equal(took.length, 12);
});

test('OID-218 dead applications have a time together, and who was not reached by then is in the log', async () => {
  const told = await many(6);
  answer = () => undefined;
  const bounds = { atOnce: 2, eachMs: NEVER, wholeMs: 300 };
  const took = await tellApplications(stage.pool, stage.pool.log, { told, sub: 'maria' }, bounds);
  assert.deepEqual(took, []);
  assert.ok(arrived.length <= 2, 'no other is called once the time is over');
  const log = stage.logged.join('\n');
  for (const { client } of told) assert.ok(log.includes(client.id));
  assert.match(log, /there was no time to tell these applications/);
});

test('OID-218 a dead application keeps none of the others from being told', async () => {
  const dead = { client: await application('/dead') };
  const alive = await many(3);
  answer = (path, response) => {
    if (path !== '/dead') response.end();
  };
  // The dead one is waited for as long. The others answer at once, and a machine may stop for a moment meanwhile.
  const bounds = { atOnce: 1, eachMs: 2000, wholeMs: NEVER };
  const told = [dead, ...alive];
  const took = await tellApplications(stage.pool, stage.pool.log, { told, sub: 'maria' }, bounds);
  assert.deepEqual(took, alive);
});

test('an application that refuses the token has not taken it', async () => {
  const [refusing, taking] = [
    { client: await application('/refusing') },
    { client: await application('/taking') },
  ];
  answer = (path, response) => void response.writeHead(path === '/taking' ? 204 : 400).end();
  const told = [refusing, taking];
  assert.deepEqual(await tellApplications(stage.pool, stage.pool.log, { told, sub: 'maria' }), [taking]);
  assert.match(stage.logged.join('\n'), /it answered 400/);
});

test('in the cognito profile nobody is told', async () => {
  const told = [{ client: await application('/there') }];
  await tellApplications({ ...stage.pool, tags: {} }, stage.pool.log, { told, sub: 'maria' });
  assert.deepEqual(arrived, []);
});
