/** Traces, as a collector gets them: a sign-in from page to token, and a collector that is away. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { AdminGetUserCommand } from '@aws-sdk/client-cognito-identity-provider';
import { freePort } from './free-port.ts';
import { openHttpSession } from './http-session.ts';
import { hostedAt, mailedCode, PASSWORD, redeem, signIn, signUpAndConfirm } from './person.ts';
import { administratorOf } from './sdk-application.ts';
import { startFoyer } from './start.ts';
import { STORY, storyPool } from './story-pool.ts';
import { type ReceivedSpan, startTraceCollector } from './trace-collector.ts';

const EMAIL = 'trudi.traced@example.com';
const TRACE = 'a0b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5';
const CALLER = '00f067aa0ba902b7';
const traceparent = `00-${TRACE}-${CALLER}-01`;

const collector = await startTraceCollector();
const secrets: string[] = [EMAIL, 'trudi', PASSWORD, STORY.webSecret, STORY.publicClient, 'a%20state'];
let traced: ReceivedSpan[];
const requestIds: string[] = [];

/** A browser whose requests belong to a trace that began elsewhere. */
const tracedSession = () =>
  openHttpSession(async (url, init) => {
    const headers = new Headers(init.headers);
    headers.set('traceparent', traceparent);
    const response = await fetch(url, { ...init, headers });
    requestIds.push(response.headers.get('x-request-id') ?? '');
    return response;
  });

before(async () => {
  const foyer = await startFoyer({
    poolFile: storyPool(),
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_SERVICE_NAME: 'front-door' },
  });
  const hosted = hostedAt(foyer);
  const first = await signUpAndConfirm(foyer, EMAIL);
  const code = await signIn(hosted, EMAIL, tracedSession());
  const { id_token = '', access_token = '', refresh_token = '' } = (await redeem(hosted, code)).body;
  const sub = JSON.parse(Buffer.from(id_token.split('.')[1] ?? '', 'base64url').toString()).sub;
  secrets.push(await mailedCode(foyer, EMAIL), first, code, id_token, access_token, refresh_token, sub);
  await administratorOf(foyer).send(new AdminGetUserCommand({ UserPoolId: STORY.poolId, Username: EMAIL }));
  secrets.push(foyer.accessKeyId, foyer.secretAccessKey);
  // What was not sent yet is sent while it stops.
  assert.equal(await foyer.stop(), 0);
  traced = collector.spans.filter(({ traceId }) => traceId === TRACE);
});

const isRequest = ({ kind }: ReceivedSpan) => kind === 2;

test('every request of a sign-in continues the trace of its caller, by route, status, pool and request id', () => {
  const requests = traced.filter(isRequest);
  assert.ok(requests.every(({ parentSpanId }) => parentSpanId === CALLER));
  assert.deepEqual(
    requests.map(({ name, attributes }) => [name, attributes['http.response.status_code']]),
    [
      ['GET /oauth2/authorize', 302],
      ['GET /login', 200],
      ['POST /login', 302],
      ['GET /oauth2/authorize/:uid', 302],
    ],
  );
  assert.deepEqual(
    requests.map(({ attributes }) => attributes['foyer.request_id']),
    requestIds,
  );
  for (const { name, attributes } of requests) {
    assert.equal(`${attributes['http.request.method']} ${attributes['http.route']}`, name);
    assert.equal(attributes['foyer.pool'], STORY.poolId);
  }
});

test('below a request are the stores that it asked and the hash of its password, within its time', () => {
  const posted = traced.find(({ name }) => name === 'POST /login');
  assert.ok(posted);
  const below = traced.filter(({ parentSpanId }) => parentSpanId === posted.spanId);
  const names = below.map(({ name }) => name);
  assert.equal(names.filter((name) => name === 'password verify').length, 1);
  assert.ok(names.some((name) => name.startsWith('accounts ')));
  assert.ok(names.some((name) => name.startsWith('sessions ')));
  const stores = below.filter(({ kind }) => kind === 3);
  assert.ok(stores.length >= 2);
  for (const { name, attributes, startTimeUnixNano, endTimeUnixNano } of stores) {
    assert.equal(`${attributes['foyer.store']} ${attributes['foyer.verb']}`, name);
    assert.equal(attributes['foyer.pool'], STORY.poolId);
    assert.ok(BigInt(startTimeUnixNano) <= BigInt(endTimeUnixNano));
    // The two clocks that a process has may be a little apart.
    const apart = Number(BigInt(startTimeUnixNano) - BigInt(posted.startTimeUnixNano)) / 1e6;
    assert.ok(apart > -50 && apart < 60_000, `${name} began ${apart} ms after its request`);
  }
});

test('whoever brings no trace begins one, calls of the API and mail too', () => {
  const others = collector.spans.filter(({ traceId }) => traceId !== TRACE);
  const call = others.find(({ name }) => name === 'POST api/AdminGetUser');
  assert.equal(call?.attributes['foyer.pool'], STORY.poolId);
  assert.equal(call?.parentSpanId, undefined);
  const mail = others.find(({ name }) => name === 'mail send');
  const parent = others.find(({ spanId }) => spanId === mail?.parentSpanId);
  assert.equal(parent?.name, 'POST /signup');
  const known = new Set(others.map(({ spanId }) => spanId));
  for (const { name, parentSpanId } of others)
    assert.ok(parentSpanId === undefined || known.has(parentSpanId), `${name} hangs on nothing`);
});

test('the service has the name that is set, and probes of its health leave no span', () => {
  assert.ok(collector.spans.every(({ resource }) => resource['service.name'] === 'front-door'));
  assert.ok(collector.spans.every(({ name }) => !name.includes('health')));
});

test('no name, code, token, secret or query is in a trace', () => {
  for (const secret of secrets) {
    assert.ok(secret.length >= 5);
    assert.ok(!collector.text().includes(secret), `${secret.slice(0, 5)}... is in a trace`);
  }
});

test('every worker sends its own, and a sampler that is set is heeded', async () => {
  const several = await startTraceCollector();
  const env = {
    FOYER_MODE: 'production',
    FOYER_HOST: '127.0.0.1',
    FOYER_WORKERS: '2',
    FOYER_DRAIN_SECONDS: '0',
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${several.url}/v1/traces`,
  };
  const foyer = await startFoyer({ poolFile: storyPool(), env, clockShift: false });
  const ask = async () => {
    for (let i = 0; i < 6; i++) {
      const response = await fetch(`${hostedAt(foyer)}/login`, {
        redirect: 'manual',
        headers: { connection: 'close' },
      });
      await response.body?.cancel();
    }
  };
  await ask();
  assert.equal(await foyer.stop(), 0);
  const requests = several.spans.filter(isRequest);
  assert.equal(requests.length, 6);
  assert.deepEqual(new Set(requests.map(({ resource }) => resource['service.name'])), new Set(['foyer']));
  assert.equal(new Set(requests.map(({ resource }) => resource['service.instance.id'])).size, 2);

  const before = several.spans.length;
  await foyer.restart({ OTEL_TRACES_SAMPLER: 'always_off' });
  await ask();
  assert.equal(await foyer.stop(), 0);
  assert.equal(several.spans.length, before);
});

test('while the collector is away people sign in as before, the log says so, and a stop is not held up', async () => {
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await freePort()}`,
    OTEL_BSP_SCHEDULE_DELAY: '50',
    OTEL_EXPORTER_OTLP_TIMEOUT: '100',
  };
  const foyer = await startFoyer({ poolFile: storyPool(), env });
  const code = await signUpAndConfirm(foyer, EMAIL);
  assert.equal((await redeem(hostedAt(foyer), code)).status, 200);
  assert.equal(await foyer.stop(), 0);
  const told = foyer.log().filter((line) => line.includes('"msg":"traces"'));
  assert.ok(told.length > 0);
  assert.ok(told.every((line) => !line.includes(EMAIL)));
});
