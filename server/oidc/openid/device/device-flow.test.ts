import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Account } from '#adapters/accounts/store.ts';
import type { Client } from '../../../pool.ts';
import { DEFAULT_LIMITS } from '../../../settings/limits.ts';
import type { Browser } from '../../testing/browser.ts';
import { mockTime } from '../../testing/mock-time.ts';
import {
  type Answer,
  authorizePath,
  basic,
  claimsOf,
  post,
  refresh,
  userInfo,
} from '../../testing/requests.ts';
import { openStage, type Stage } from '../../testing/stage.ts';

const GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
const SECRET = 'a-secret-of-the-tests';
const SCOPE = 'openid email';

let stage: Stage;
let tv: Client;
const move = mockTime();
before(async () => {
  stage = await openStage({ tags: { 'foyer:profile': 'openid', 'foyer:oauth-features': 'device' } });
  tv = await stage.client({ ClientName: 'Television' });
});
after(() => stage.close());

interface Device {
  device_code: string;
  user_code: string;
}

const authenticated = (client: Client) => (client.secret === undefined ? {} : basic(client));
const named = (client: Client) => (client.secret === undefined ? { client_id: client.id } : {});

async function newDevice(client = tv, given: Record<string, string> = {}): Promise<Device> {
  const path = '/oauth2/device_authorization';
  const asked = { ...named(client), scope: SCOPE, ...given };
  const { status, body } = await post(stage, path, asked, authenticated(client));
  assert.equal(status, 200, JSON.stringify(body) + stage.logged.join('\n'));
  return body as unknown as Device;
}

function poll({ device_code }: Device, client = tv): Promise<Answer> {
  const asked = { ...named(client), grant_type: GRANT, device_code };
  return post(stage, '/oauth2/token', asked, authenticated(client));
}

const postForm = (fields: Record<string, string>) => ({
  method: 'POST',
  body: new URLSearchParams(fields),
});

/** Types the code and signs in, to the page that asks whether the device is theirs. */
async function toConfirm(browser: Browser, device: Device, { username }: Account): Promise<string> {
  const begun = await browser.visit('/device', postForm({ user_code: device.user_code }));
  assert.match(begun.location, /\/login\?/, begun.text);
  const signedIn = await browser.visit(begun.location, postForm({ username }));
  assert.match(signedIn.location, /\/device\/[\w-]+$/);
  const page = await browser.follow(signedIn.location);
  assert.match(page.url, /\/deviceConfirm\?/, page.text + stage.logged.join('\n'));
  return page.url;
}

const answer = (browser: Browser, url: string, how: 'allow' | 'cancel') =>
  browser.follow(url, postForm({ answer: how }));

async function allow(device: Device, account: Account, browser = stage.browser()): Promise<Browser> {
  const { url } = await answer(browser, await toConfirm(browser, device, account), 'allow');
  assert.match(url, /\/deviceDone$/, stage.logged.join('\n'));
  return browser;
}

async function waits(device: Device, error: string, client = tv): Promise<void> {
  move(5000);
  const { status, body } = await poll(device, client);
  assert.deepEqual([status, body['error']], [400, error], JSON.stringify(body));
}

test('OID-150 OID-151 OID-154 a device shows a code, a person types it, signs in and allows it, and the device gets tokens', async () => {
  const device = await newDevice();
  assert.deepEqual(Object.keys(device).sort(), [
    'device_code',
    'expires_in',
    'interval',
    'user_code',
    'verification_uri',
    'verification_uri_complete',
  ]);
  const { verification_uri, verification_uri_complete, expires_in, interval } = device as never;
  assert.equal(verification_uri, `${stage.base}/device`);
  assert.equal(verification_uri_complete, `${stage.base}/device?user_code=${device.user_code}`);
  assert.deepEqual([expires_in, interval], [600, 5]);
  await waits(device, 'authorization_pending');
  const mina = await stage.account();
  await allow(device, mina);
  move(5000);
  const { status, body } = await poll(device);
  assert.equal(status, 200, JSON.stringify(body));
  assert.equal(claimsOf(body['access_token']).sub, mina.id);
  assert.equal(claimsOf(body['access_token'])['client_id'], tv.id);
  assert.equal(claimsOf(body['id_token']).aud, tv.id);
  assert.equal(claimsOf(body['id_token'])['origin_jti'], claimsOf(body['access_token'])['origin_jti']);
  assert.equal((await userInfo(stage, String(body['access_token']))).status, 200);
  assert.equal((await refresh(stage, tv, body['refresh_token'])).status, 200);
});

test('OID-151 a code has eight consonants and is stored in no form from which it could be read', async () => {
  const written: string[] = [];
  const { sessions } = stage.pool;
  const spied = ['put', 'create'] as const;
  const real = spied.map((name) => sessions[name]);
  for (const name of spied)
    sessions[name] = async (kind: string, id: string, value: object, until: number) => {
      written.push(JSON.stringify([kind, id, value]));
      const original = real[spied.indexOf(name)];
      return original?.call(sessions, kind, id, value, until);
    };
  const device = await newDevice();
  const browser = stage.browser();
  await toConfirm(browser, device, await stage.account());
  spied.forEach((name, index) => {
    Object.assign(sessions, { [name]: real[index] });
  });
  assert.match(device.user_code, /^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/);
  assert.ok(written.some((line) => line.includes('device-code')));
  const all = written.join('\n') + stage.logged.join('\n');
  for (const secret of [device.device_code, device.user_code, device.user_code.replace('-', '')])
    assert.ok(!all.includes(secret), secret);
});

test('OID-151 a code may be typed in small letters, with spaces and without the dash', async () => {
  for (const write of [
    (code: string) => code.toLowerCase(),
    (code: string) => ` ${code.replace('-', ' ')} `,
    (code: string) => code.replace('-', ''),
  ]) {
    const { user_code } = await newDevice();
    const { location } = await stage.browser().visit('/device', postForm({ user_code: write(user_code) }));
    assert.match(location, /\/login\?/);
  }
});

test('OID-152 ATK-17 nobody is signed in on a device before they allowed it on the page that shows its code', async () => {
  const device = await newDevice();
  const browser = stage.browser();
  const mina = await stage.account();
  const url = await toConfirm(browser, device, mina);
  const { text } = await browser.visit(url);
  assert.deepEqual(
    { ...JSON.parse(text), address: undefined },
    {
      page: 'device-confirm',
      clientId: tv.id,
      userCode: device.user_code,
      accountId: mina.id,
      address: undefined,
    },
  );
  await waits(device, 'authorization_pending');
  // Signing in at the same interaction again answers nothing.
  const uid = new URL(url).searchParams.get('interaction') ?? '';
  const again = await browser.visit(`/login?interaction=${uid}`, postForm({ username: mina.username }));
  await browser.follow(again.location);
  await waits(device, 'authorization_pending');
});

test('OID-152 ATK-20 whoever is handed the address of a sign-in in another browser cannot finish it', async () => {
  const device = await newDevice();
  const mina = await stage.account();
  const url = await toConfirm(stage.browser(), device, mina);
  const other = stage.browser();
  await other.signIn(
    authorizePath(tv, { scope: SCOPE, code_challenge: 'x'.repeat(43), code_challenge_method: 'S256' }),
    mina.username,
  );
  assert.equal((await other.visit(url)).status, 400);
  assert.equal((await other.visit(url, postForm({ answer: 'allow' }))).status, 400);
  const uid = new URL(url).searchParams.get('interaction') ?? '';
  assert.match((await other.visit(`/device/${uid}`)).location, /\/error\?error=interaction_expired/);
  await waits(device, 'authorization_pending');
});

test('OID-152 of two people who type the same code the first answer holds', async () => {
  const device = await newDevice();
  const [mina, jan] = [await stage.account(), await stage.account()];
  const [hers, his] = [stage.browser(), stage.browser()];
  const page = await toConfirm(hers, device, mina);
  const other = await toConfirm(his, device, jan);
  const ends = await Promise.all([answer(hers, page, 'allow'), answer(his, other, 'allow')]);
  const done = ends.map(({ url }) => /deviceDone$/.test(url));
  assert.equal(done.filter(Boolean).length, 1, ends.map(({ url }) => url).join(' '));
  move(5000);
  const { body } = await poll(device);
  assert.equal(claimsOf(body['access_token']).sub, (done[0] ? mina : jan).id);
});

test('OID-153 who refuses is told so, stays signed in, and the device hears access_denied', async () => {
  const device = await newDevice();
  const browser = stage.browser();
  const mina = await stage.account();
  const url = await toConfirm(browser, device, mina);
  assert.match((await answer(browser, url, 'cancel')).url, /\/deviceCancelled$/);
  await waits(device, 'access_denied');
  await waits(device, 'invalid_grant');
  const request = authorizePath(tv, {
    scope: SCOPE,
    prompt: 'none',
    code_challenge: 'x'.repeat(43),
    code_challenge_method: 'S256',
  });
  assert.match((await browser.visit(request)).location, /[?&]code=/);
});

test('OID-155 a code that has expired or was answered finds no device, and the device hears expired_token', async () => {
  const device = await newDevice();
  const late = stage.browser();
  const mina = await stage.account();
  const page = await toConfirm(late, device, mina);
  move(601_000);
  const tried = await stage.browser().visit('/device', postForm({ user_code: device.user_code }));
  assert.equal(tried.status, 400);
  assert.equal((await late.visit(page, postForm({ answer: 'allow' }))).status, 400);
  await waits(device, 'expired_token');
  const answered = await newDevice();
  await allow(answered, mina);
  const again = await stage.browser().visit('/device', postForm({ user_code: answered.user_code }));
  assert.equal(again.status, 400);
});

test('OID-156 a device that asks too often is told to slow down, and gets its tokens all the same', async () => {
  const device = await newDevice();
  await waits(device, 'authorization_pending');
  move(2000);
  assert.equal((await poll(device)).body['error'], 'slow_down');
  await allow(device, await stage.account());
  move(5000);
  assert.equal((await poll(device)).status, 200);
});

test('OID-157 of fifty polls at the same moment one gets tokens, and they stay good', async () => {
  const device = await newDevice();
  await allow(device, await stage.account());
  move(5000);
  const answers = await Promise.all(Array.from({ length: 50 }, () => poll(device)));
  const won = answers.filter(({ status }) => status === 200);
  assert.equal(won.length, 1);
  for (const { status, body } of answers)
    if (status !== 200) assert.ok(['slow_down', 'invalid_grant'].includes(String(body['error'])));
  assert.equal((await userInfo(stage, String(won[0]?.body['access_token']))).status, 200);
});

test('OID-157 a device code that comes back later ends the sign-in that it bought', async () => {
  const device = await newDevice();
  await allow(device, await stage.account());
  move(5000);
  const { body } = await poll(device);
  await waits(device, 'invalid_grant');
  assert.equal((await userInfo(stage, String(body['access_token']))).status, 401);
});

test('OID-158 another client gets nothing for a device code, and slows nobody down', async () => {
  const other = await stage.client({}, SECRET);
  const device = await newDevice();
  await allow(device, await stage.account());
  move(5000);
  for (let i = 0; i < 3; i++) assert.equal((await poll(device, other)).body['error'], 'invalid_grant');
  assert.equal((await poll(device)).status, 200);
});

test('OID-158 what pages know a device by is no device code', async () => {
  const device = await newDevice();
  let seen = '';
  const { sessions } = stage.pool;
  const { put } = sessions;
  sessions.put = async (kind: string, id: string, value: object, until: number) => {
    if (kind === 'interaction') seen = String((value as { deviceCode?: string }).deviceCode ?? seen);
    return put.call(sessions, kind, id, value, until);
  };
  await allow(device, await stage.account());
  Object.assign(sessions, { put });
  assert.ok(seen.length > 20);
  move(5000);
  assert.equal((await poll({ ...device, device_code: seen })).body['error'], 'invalid_grant');
  assert.equal((await poll({ ...device, device_code: seen.slice(1) })).body['error'], 'invalid_grant');
  assert.equal((await poll(device)).status, 200);
});

test('OID-159 ATK-40 guesses of codes are counted like those of passwords, also at the same moment, and right ones are not', async () => {
  const { pool } = stage;
  // The limit of the pool is for each minute.
  move(60_000);
  pool.limits = { ...DEFAULT_LIMITS, guesses: { perAddress: 0, perPool: 4 } };
  try {
    for (let i = 0; i < 6; i++) {
      const { user_code } = await newDevice();
      assert.equal((await stage.browser().visit('/device', postForm({ user_code }))).status, 302);
    }
    const guess = () => stage.browser().visit('/device', postForm({ user_code: 'BBBB-BBBB' }));
    const answers = await Promise.all(Array.from({ length: 20 }, guess));
    assert.equal(answers.filter(({ text }) => text.includes('unknown')).length, 4);
    assert.equal(answers.filter(({ text }) => text.includes('too-many-requests')).length, 16);
  } finally {
    delete pool.limits;
  }
});

test('OID-160 ATK-19 a person who is disabled or signed out after they allowed it is not signed in on the device', async () => {
  for (const change of [{ enabled: false }, { epoch: 7 }]) {
    const device = await newDevice();
    const mina = await stage.account();
    await allow(device, mina);
    await stage.pool.accounts.update(mina.id, (account) => ({ ...account, ...change }));
    await waits(device, 'invalid_grant');
  }
});

test('OID-160 whoever is signed in already is asked whether it is they, and can be somebody else', async () => {
  const browser = stage.browser();
  const [mina, jan] = [await stage.account(), await stage.account()];
  await allow(await newDevice(), mina, browser);
  const device = await newDevice();
  const begun = await browser.visit('/device', postForm({ user_code: device.user_code }));
  assert.equal(JSON.parse((await browser.visit(begun.location)).text).signedInAs, mina.id);
  const go = await browser.visit(begun.location, postForm({ continue: mina.id }));
  const page = await browser.follow(go.location);
  assert.equal(JSON.parse(page.text).accountId, mina.id);
  await answer(browser, page.url, 'allow');
  move(5000);
  assert.equal(claimsOf((await poll(device)).body['access_token']).sub, mina.id);
  const next = await newDevice();
  await allow(next, jan, browser);
  move(5000);
  assert.equal(claimsOf((await poll(next)).body['access_token']).sub, jan.id);
});

test('OID-152 whoever must be asked what an application may learn is asked for a device too', async () => {
  const asking = await stage.client({ OpenId: { consent: true } }, SECRET);
  const device = await newDevice(asking);
  const browser = stage.browser();
  const { username } = await stage.account();
  const begun = await browser.visit('/device', postForm({ user_code: device.user_code }));
  const signedIn = await browser.visit(begun.location, postForm({ username }));
  const consent = await browser.follow(signedIn.location);
  assert.match(consent.url, /\/consent\?/);
  const page = await browser.follow(consent.url, postForm({ answer: 'allow' }));
  assert.match(page.url, /\/deviceConfirm\?/, page.text);
  await waits(device, 'authorization_pending', asking);
  assert.match((await answer(browser, page.url, 'allow')).url, /\/deviceDone$/);
  move(5000);
  assert.equal((await poll(device, asking)).status, 200);
});

test('OID-161 a client of the pool that has no redirects signs people in by devices alone', async () => {
  const only = await stage.client(
    {
      AllowedOAuthFlows: [],
      AllowedOAuthFlowsUserPoolClient: false,
      CallbackURLs: [],
      LogoutURLs: [],
      OpenId: { features: ['device'] },
    },
    SECRET,
  );
  const device = await newDevice(only);
  await allow(device, await stage.account());
  move(5000);
  const { body } = await poll(device, only);
  assert.equal((await refresh(stage, only, body['refresh_token'])).status, 200, JSON.stringify(body));
});

test('OID-161 a client for machines has no devices, and each wrong parameter is refused where it is wrong', async () => {
  const robot = await stage.client(
    { AllowedOAuthFlows: ['client_credentials'], AllowedOAuthScopes: [], CallbackURLs: [] },
    SECRET,
  );
  const begin = (given: Record<string, string>, client = tv) =>
    post(stage, '/oauth2/device_authorization', { ...named(client), ...given }, authenticated(client));
  const told = async (answer: Promise<Answer>) => {
    const { status, body } = await answer;
    return [status, body['error']];
  };
  assert.deepEqual(await told(begin({}, robot)), [400, 'unauthorized_client']);
  assert.deepEqual(await told(begin({ scope: 'openid aws.cognito.signin.user.admin' })), [
    400,
    'invalid_scope',
  ]);
  assert.deepEqual(await told(post(stage, '/oauth2/device_authorization', {})), [400, 'invalid_request']);
  assert.deepEqual(await told(begin({ client_id: 'nobody' })), [401, 'invalid_client']);
  for (const device_code of ['', 'x', 'x'.repeat(3000)])
    assert.deepEqual(await told(poll({ device_code, user_code: '' })), [
      400,
      device_code ? 'invalid_grant' : 'invalid_request',
    ]);
  const device = await newDevice();
  const twice = new URLSearchParams([
    ['client_id', tv.id],
    ['grant_type', GRANT],
    ['device_code', device.device_code],
    ['device_code', device.device_code],
  ]);
  const repeated = await fetch(`${stage.base}/oauth2/token`, { method: 'POST', body: twice });
  assert.deepEqual(
    [repeated.status, ((await repeated.json()) as Answer['body'])['error']],
    [400, 'invalid_request'],
  );
  for (const user_code of ['', '----', 'x'.repeat(5000), 'ÄÖÜ', '%00'])
    assert.equal((await stage.browser().visit('/device', postForm({ user_code }))).status, 400);
});

test('OID-162 the sign-in for a device begins again with another provider, and only for a device that waits', async () => {
  const device = await newDevice();
  const browser = stage.browser();
  const begun = await browser.visit('/device', postForm({ user_code: device.user_code }));
  const query = new URL(begun.location).searchParams;
  const again = await browser.visit(
    `/login?${new URLSearchParams({ foyer_device: query.get('foyer_device') ?? '', identity_provider: 'COGNITO' })}`,
  );
  assert.match(again.location, /\/login\?identity_provider=COGNITO&foyer_device=.*interaction=/);
  assert.notEqual(new URL(again.location).searchParams.get('interaction'), query.get('interaction'));
  for (const odd of ['', 'x', 'v1.xxxx', device.user_code])
    assert.match(
      (await browser.visit(`/login?${new URLSearchParams({ foyer_device: odd })}`)).location,
      /\/deviceExpired$/,
    );
});
