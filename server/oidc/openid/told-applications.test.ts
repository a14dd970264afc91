/** Which applications are told that a session ended, by what name, and what a store that fails changes of that. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, beforeEach, test } from 'node:test';
import { Unavailable } from '#adapters/errors.ts';
import { fiftyAtOnce } from '#adapters/testing/fifty-at-once.ts';
import type { Client } from '../../pool.ts';
import { findLedTo } from '../../tokens/back-channel/led-to.ts';
import { tellOfEnd } from '../../tokens/back-channel/tell-of-end.ts';
import { forgetSessions } from '../../tokens/sessions/forget.ts';
import type { Browser } from '../testing/browser.ts';
import { answerAtOnce, openOpenIdStage, SECRET, shownAt } from '../testing/openid.ts';
import { authorizePath, claimsOf, codeFor, form, redeem } from '../testing/requests.ts';
import { LOGOUT, type Stage } from '../testing/stage.ts';

let told: Record<string, unknown>[] = [];
const applications = createServer(async (request, response) => {
  const token = new URLSearchParams(await text(request)).get('logout_token');
  told.push({ ...claimsOf(token), path: request.url });
  response.end();
}).listen(0, '127.0.0.1');
await once(applications, 'listening');

let stage: Stage;
/** Kinds of records that cannot be read or written now. */
const away = new Set<string>();
const checked = (kind: string) => {
  if (away.has(kind)) throw new Unavailable('the store is away');
};
before(async () => {
  stage = await openOpenIdStage({
    sessions: (store) => ({
      ...store,
      find: async (kind, id) => {
        checked(kind);
        return store.find(kind, id);
      },
    }),
  });
});
beforeEach(() => {
  told = [];
  away.clear();
});
after(async () => {
  applications.closeAllConnections();
  applications.close();
  await stage.close();
});

const at = (path: string) => `http://127.0.0.1:${(applications.address() as AddressInfo).port}${path}`;
const telling = (path: string, more: object = {}) =>
  stage.client(
    {
      OpenId: {
        backchannel_logout_uri: at(path),
        backchannel_logout_session_required: true,
        ...more,
      },
    },
    SECRET,
  );
const silently = (client: Client, more: Record<string, string> = {}) =>
  authorizePath(client, { scope: 'openid', prompt: 'none', ...more });
const paths = () => told.map(({ path }) => path).toSorted();

/** A browser of somebody who signed in to the client. */
async function signedIn(client: Client) {
  const browser = stage.browser();
  const { username, id } = await stage.account();
  const { body } = await redeem(stage, client, await codeFor(browser, client, username, { scope: 'openid' }));
  const id_token = String(body['id_token']);
  return { browser, username, id, sid: claimsOf(id_token)['sid'], id_token };
}

const signOut = (browser: Browser, id_token: string) =>
  browser.visit(`/logout?${form({ id_token_hint: id_token, post_logout_redirect_uri: LOGOUT })}`);

test('OID-217 first answers to one application at the same moment name one session', async () => {
  const { browser, id_token } = await signedIn(await stage.client({}, SECRET));
  const client = await telling('/one');
  const { values, errors } = await fiftyAtOnce(async () => {
    const { code = '' } = await answerAtOnce(browser, silently(client));
    const { body } = await redeem(stage, client, code);
    return claimsOf(body['id_token'])['sid'];
  });
  assert.deepEqual(errors, []);
  const [sid] = values;
  assert.match(String(sid), /^[\w-]{43}$/);
  assert.deepEqual([...new Set(values)], [sid]);
  await signOut(browser, id_token);
  assert.deepEqual(
    told.map((claims) => claims['sid']),
    [sid],
  );
});

test('OID-217 a session has another name at each application, and each session its own', async () => {
  const [one, other] = [await telling('/one'), await telling('/other')];
  const first = await signedIn(one);
  const { code = '' } = await answerAtOnce(first.browser, silently(other));
  const { body } = await redeem(stage, other, code);
  const second = await signedIn(one);
  assert.equal(new Set([first.sid, second.sid, claimsOf(body['id_token'])['sid']]).size, 3);
});

test('OID-219 an application that got no answer is not told that the person signed out', async () => {
  const client = await telling('/answered');
  const { browser, id, id_token } = await signedIn(client);
  const asking = await telling('/asking', {
    consent: true,
    frontchannel_logout_uri: 'https://app.test/front',
  });
  const shown = await shownAt(browser, authorizePath(asking, { scope: 'openid' }));
  assert.equal(shown['page'], 'consent');
  await browser.follow(shown.url, { method: 'POST', body: form({ answer: 'deny' }) });
  assert.deepEqual(
    (await findLedTo(stage.pool, id)).map((led) => led.client),
    [client.id],
  );
  assert.equal((await signOut(browser, id_token)).location, LOGOUT, 'no frame is opened');
  assert.deepEqual(paths(), ['/answered']);
});

test('OID-214 one that got an ID token and nothing else is told of whatever ends the session', async () => {
  const { browser, id } = await signedIn(await stage.client({}, SECRET));
  const client = await telling('/implicit');
  const answer = await answerAtOnce(browser, silently(client, { response_type: 'id_token', nonce: 'n' }));
  await tellOfEnd(stage.pool, id);
  assert.deepEqual(
    told.map(({ path, sub, sid }) => ({ path, sub, sid })),
    [{ path: '/implicit', sub: id, sid: claimsOf(answer['id_token'])['sid'] }],
  );
});

test('OID-214 whoever signed out is told of once, whatever ends afterwards', async () => {
  const { browser, id, id_token } = await signedIn(await telling('/once'));
  await signOut(browser, id_token);
  await tellOfEnd(stage.pool, id);
  assert.deepEqual(paths(), ['/once']);
});

test('OID-214 one that could not be told is told the next time', async () => {
  const client = await telling('/late');
  const { id } = await signedIn(client);
  const { federation } = stage.pool;
  assert.ok(federation);
  const cut = { ...federation.outgoing, fetch: () => Promise.reject(new Error('the line is cut')) };
  await tellOfEnd({ ...stage.pool, federation: { ...federation, outgoing: cut } }, id);
  assert.deepEqual(paths(), []);
  await tellOfEnd(stage.pool, id);
  await tellOfEnd(stage.pool, id);
  assert.deepEqual(paths(), ['/late']);
});

test('OID-215 what was revoked is told to its own applications, and a revoked sign-in to its own one', async () => {
  const [one, other] = [await telling('/one'), await telling('/other')];
  const { browser, id } = await signedIn(one);
  await answerAtOnce(browser, silently(other));
  const [led, ...more] = await findLedTo(stage.pool, id);
  assert.ok(led);
  assert.equal(more.length, 1);
  const grant = { type: 'TOKEN' as const, of: 'a grant', clientId: other.id, origin: led.uid };
  const hosted = { type: 'SSO' as const, of: led.uid, clientId: one.id };
  await tellOfEnd(stage.pool, id, [
    { ...grant, origin: 'another session' },
    { ...hosted, of: 'another' },
  ]);
  assert.deepEqual(paths(), []);
  await tellOfEnd(stage.pool, id, [grant]);
  assert.deepEqual(paths(), ['/other']);
  await tellOfEnd(stage.pool, id, [hosted]);
  assert.deepEqual(paths(), ['/one', '/other', '/other']);
  assert.deepEqual(await findLedTo(stage.pool, id), []);
});

test('OID-216 a client that cannot be read keeps nobody signed in, is in the log, and is told the next time', async () => {
  const [lost, found] = [await telling('/lost'), await telling('/found')];
  const { browser, id, id_token } = await signedIn(found);
  await answerAtOnce(browser, silently(lost));
  const { directory } = stage.pool;
  stage.pool.directory = {
    ...directory,
    find: async (kind, of) => {
      if (of === lost.id) throw new Unavailable('the store is away');
      return directory.find(kind, of);
    },
  };
  try {
    assert.equal((await signOut(browser, id_token)).location, LOGOUT);
  } finally {
    stage.pool.directory = directory;
  }
  assert.equal((await answerAtOnce(browser, silently(found)))['error'], 'login_required');
  assert.deepEqual(paths(), ['/found']);
  const line = stage.logged.find((logged) => logged.includes(lost.id));
  assert.match(line ?? '', /the store is away.*was not told that somebody signed out/);
  await tellOfEnd(stage.pool, id);
  assert.deepEqual(paths(), ['/found', '/lost']);
});

test('OID-216 whose grants cannot be ended is signed out all the same, and the applications are told', async () => {
  const client = await telling('/told');
  const { browser, id, id_token } = await signedIn(client);
  away.add('grant');
  assert.equal((await signOut(browser, id_token)).location, LOGOUT);
  assert.deepEqual(paths(), ['/told']);
  const line = stage.logged.find((logged) => logged.includes('what a session gave did not end with it'));
  assert.ok(line?.includes(id));
  assert.ok(!line?.includes(id_token));
});

test('OID-216 where the list cannot be read nothing fails, and the log says whose applications were not told', async () => {
  const { id } = await signedIn(await telling('/told'));
  away.add('led-to');
  await tellOfEnd(stage.pool, id);
  assert.deepEqual(paths(), []);
  const line = stage.logged.find((logged) => logged.includes('applications were not told'));
  assert.ok(line?.includes(id));
});

test('of somebody whose account is deleted no list is left of where their sessions led', async () => {
  const { id } = await signedIn(await telling('/kept'));
  assert.equal((await findLedTo(stage.pool, id)).length, 1);
  await forgetSessions(stage.pool, id);
  assert.deepEqual(await findLedTo(stage.pool, id), []);
});

test('in the cognito profile nothing is read and nobody is told, whatever ends', async () => {
  const { id } = await signedIn(await telling('/told'));
  const before = stage.logged.length;
  // Where it is read all the same, that is a line of the log.
  away.add('led-to');
  await tellOfEnd({ ...stage.pool, tags: {} }, id);
  await forgetSessions({ ...stage.pool, tags: {} }, id);
  assert.equal(stage.logged.length, before);
  assert.deepEqual(paths(), []);
});
