import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Unavailable } from '#adapters/errors.ts';
import { openStores } from '#adapters/open.ts';
import { openMetrics } from './metrics.ts';
import { timeStores } from './time-stores.ts';

const clock = { now: () => 0 };

async function linesOf({ read }: Pick<ReturnType<typeof openMetrics>, 'read'>, begins: string) {
  const { text } = await read();
  return text.split('\n').filter((line) => line.startsWith(begins));
}

test('requests are counted by route and class of status', async () => {
  const metrics = openMetrics();
  metrics.answered({ route: '/login', status: 303, ms: 4 });
  metrics.answered({ route: '/login', status: 302, ms: 40 });
  metrics.answered({ route: 'other', status: 404, ms: 1 });
  assert.deepEqual(await linesOf(metrics, 'foyer_request_duration_seconds_count'), [
    'foyer_request_duration_seconds_count{route="/login",outcome="3xx"} 2',
    'foyer_request_duration_seconds_count{route="other",outcome="4xx"} 1',
  ]);
  assert.deepEqual(await linesOf(metrics, 'foyer_request_duration_seconds_sum{route="/login"'), [
    'foyer_request_duration_seconds_sum{route="/login",outcome="3xx"} 0.044',
  ]);
});

test('events of the audit become sign-ins by result and tokens by grant', async () => {
  const metrics = openMetrics();
  metrics.event({ event: 'sign-in', outcome: 'success' });
  metrics.event({ event: 'sign-in', outcome: 'refused', reason: 'credentials-wrong' });
  metrics.event({ event: 'token-issue', outcome: 'success', grant: 'refresh_token' });
  metrics.event({
    event: 'token-issue',
    outcome: 'refused',
    reason: 'invalid_grant',
    grant: 'refresh_token',
  });
  assert.deepEqual(await linesOf(metrics, 'foyer_sign_ins_total{'), [
    'foyer_sign_ins_total{result="success"} 1',
    'foyer_sign_ins_total{result="credentials-wrong"} 1',
  ]);
  assert.deepEqual(await linesOf(metrics, 'foyer_token_answers_total{'), [
    'foyer_token_answers_total{grant="refresh_token"} 1',
  ]);
  assert.deepEqual(await linesOf(metrics, 'foyer_audit_events_total{event="token-issue"'), [
    'foyer_audit_events_total{event="token-issue",outcome="success"} 1',
    'foyer_audit_events_total{event="token-issue",outcome="refused"} 1',
  ]);
});

test('mails and text messages are counted, and a failure reaches the caller', async () => {
  const metrics = openMetrics();
  const mail = { to: 'a@b.c', from: 'd@e.f', subject: '', text: '', html: '' };
  const close = async () => undefined;
  await metrics.sender('mail', { send: async (_: object) => undefined, close }).send(mail);
  const failing = metrics.sender('mail', { send: (_: object) => Promise.reject(new Error('away')), close });
  await assert.rejects(failing.send(mail), /away/);
  assert.deepEqual(await linesOf(metrics, 'foyer_mails_total{'), [
    'foyer_mails_total{result="sent"} 1',
    'foyer_mails_total{result="failed"} 1',
  ]);
  await metrics.sender('sms', { send: async (_: object) => undefined }).send({});
  assert.deepEqual(await linesOf(metrics, 'foyer_sms_total{'), ['foyer_sms_total{result="sent"} 1']);
});

test('the queue of the password hash is read when somebody looks', async () => {
  const metrics = openMetrics();
  const load = { running: 2, waiting: 0 };
  metrics.passwords(() => load);
  load.waiting = 7;
  assert.deepEqual(await linesOf(metrics, 'foyer_password_hashes{'), [
    'foyer_password_hashes{state="running"} 2',
    'foyer_password_hashes{state="waiting"} 7',
  ]);
});

test('stores do what they did, and each verb is timed by its door', async () => {
  const metrics = openMetrics();
  const opened = await openStores({ dataFolder: ':memory:', clock });
  const stores = timeStores(opened, [metrics.stored]);
  const sessions = stores.sessions.forPool('p');
  await sessions.put('kind', 'a', { value: 1 }, 1000);
  assert.deepEqual(await sessions.find('kind', 'a'), { value: 1 });
  await assert.rejects(sessions.create('kind', 'a', {}, 1000), { name: 'AlreadyExists' });
  assert.equal(await stores.directory.find('pool', 'nobody'), undefined);
  assert.deepEqual((await stores.directory.installation.list('certificate', { limit: 1 })).items, []);
  assert.equal(await stores.accounts.forPool('p').find('nobody'), undefined);
  await stores.close();
  assert.deepEqual(await linesOf(metrics, 'foyer_store_duration_seconds_count'), [
    'foyer_store_duration_seconds_count{door="sessions",verb="put"} 1',
    'foyer_store_duration_seconds_count{door="sessions",verb="find"} 1',
    'foyer_store_duration_seconds_count{door="sessions",verb="create"} 1',
    'foyer_store_duration_seconds_count{door="directory",verb="find"} 1',
    'foyer_store_duration_seconds_count{door="directory",verb="list"} 1',
    'foyer_store_duration_seconds_count{door="accounts",verb="find"} 1',
  ]);
  assert.deepEqual(await linesOf(metrics, 'foyer_store_unavailable_total{'), []);
});

test('only a store that does not answer counts as unavailable', async () => {
  const metrics = openMetrics();
  const opened = await openStores({ dataFolder: ':memory:', clock });
  const away = { ...opened.accounts, ping: () => Promise.reject(new Unavailable('away')) };
  const stores = timeStores({ ...opened, accounts: away }, [metrics.stored]);
  await assert.rejects(stores.accounts.ping(), { name: 'Unavailable' });
  await stores.close();
  assert.deepEqual(await linesOf(metrics, 'foyer_store_unavailable_total{'), [
    'foyer_store_unavailable_total{door="accounts"} 1',
  ]);
});

test('the dashboard asks only for metrics that there are', async () => {
  const dashboard = readFileSync(join(import.meta.dirname, '..', 'deploy', 'grafana-dashboard.json'), 'utf8');
  const metrics = openMetrics();
  metrics.passwords(() => ({ running: 0, waiting: 0 }));
  const there = new Set((await linesOf(metrics, '# TYPE')).map((line) => line.split(' ')[2]));
  const asked = new Set(dashboard.match(/\b(foyer|process|nodejs)_\w+/g));
  assert.ok(asked.size >= 10);
  for (const name of asked) assert.ok(there.has(name.replace(/_(bucket|count|sum)$/, '')), name);
});
