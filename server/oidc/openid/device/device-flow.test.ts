import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authenticated, DEVICE_GRANT, devicesOfTests, named, postForm } from '../../testing/devices.ts';
import { type Answer, claimsOf, post, refresh, userInfo } from '../../testing/requests.ts';

const SECRET = 'a-secret-of-the-tests';
const { at, move, newDevice, poll, toConfirm, allow, waits } = devicesOfTests();

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
  assert.equal(verification_uri, `${at.stage.base}/device`);
  assert.equal(verification_uri_complete, `${at.stage.base}/device?user_code=${device.user_code}`);
  assert.deepEqual([expires_in, interval], [600, 5]);
  await waits(device, 'authorization_pending');
  const mina = await at.stage.account();
  await allow(device, mina);
  move(5000);
  const { status, body } = await poll(device);
  assert.equal(status, 200, JSON.stringify(body));
  assert.equal(claimsOf(body['access_token']).sub, mina.id);
  assert.equal(claimsOf(body['access_token'])['client_id'], at.tv.id);
  assert.equal(claimsOf(body['id_token']).aud, at.tv.id);
  assert.equal(claimsOf(body['id_token'])['origin_jti'], claimsOf(body['access_token'])['origin_jti']);
  assert.equal((await userInfo(at.stage, String(body['access_token']))).status, 200);
  assert.equal((await refresh(at.stage, at.tv, body['refresh_token'])).status, 200);
});

test('OID-151 a code has eight consonants and is stored in no form from which it could be read', async () => {
  const written: string[] = [];
  const { sessions } = at.stage.pool;
  const spied = ['put', 'create'] as const;
  const real = spied.map((name) => sessions[name]);
  for (const name of spied)
    sessions[name] = async (kind: string, id: string, value: object, until: number) => {
      written.push(JSON.stringify([kind, id, value]));
      const original = real[spied.indexOf(name)];
      return original?.call(sessions, kind, id, value, until);
    };
  const device = await newDevice();
  const browser = at.stage.browser();
  await toConfirm(browser, device, await at.stage.account());
  spied.forEach((name, index) => {
    Object.assign(sessions, { [name]: real[index] });
  });
  assert.match(device.user_code, /^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/);
  assert.ok(written.some((line) => line.includes('device-code')));
  const all = written.join('\n') + at.stage.logged.join('\n');
  for (const secret of [device.device_code, device.user_code, device.user_code.replace('-', '')])
    assert.ok(!all.includes(secret), secret);
});

test('OID-151 a code that one device shows is shown by no other', async () => {
  const { sessions } = at.stage.pool;
  const { create } = sessions;
  const device = await newDevice();
  let first = '';
  sessions.create = async (kind: string, id: string, value: object, until: number) => {
    // As if chance had made the same code twice.
    if (kind !== 'device-user-code') return create.call(sessions, kind, id, value, until);
    first ||= id;
    return create.call(sessions, kind, first, value, until);
  };
  const next = await newDevice();
  const asked = { ...named(at.tv), scope: 'openid' };
  const { status, body } = await post(at.stage, '/oauth2/device_authorization', asked);
  Object.assign(sessions, { create });
  assert.deepEqual([status, body['error']], [400, 'temporarily_unavailable']);
  for (const { user_code } of [device, next])
    assert.equal((await at.stage.browser().visit('/device', postForm({ user_code }))).status, 302);
});

test('OID-151 a code may be typed in small letters, with spaces and without the dash', async () => {
  for (const write of [
    (code: string) => code.toLowerCase(),
    (code: string) => ` ${code.replace('-', ' ')} `,
    (code: string) => code.replace('-', ''),
  ]) {
    const { user_code } = await newDevice();
    const { location } = await at.stage.browser().visit('/device', postForm({ user_code: write(user_code) }));
    assert.match(location, /\/login\?/);
  }
});

test('OID-155 a code that has expired or was answered finds no device, and the device hears expired_token', async () => {
  const device = await newDevice();
  const late = at.stage.browser();
  const mina = await at.stage.account();
  const page = await toConfirm(late, device, mina);
  move(601_000);
  const tried = await at.stage.browser().visit('/device', postForm({ user_code: device.user_code }));
  assert.equal(tried.status, 400);
  assert.equal((await late.visit(page, postForm({ answer: 'allow' }))).status, 400);
  await waits(device, 'expired_token');
  const answered = await newDevice();
  await allow(answered, mina);
  const again = await at.stage.browser().visit('/device', postForm({ user_code: answered.user_code }));
  assert.equal(again.status, 400);
});

test('OID-156 a device that asks too often is told to slow down, and gets its tokens all the same', async () => {
  const device = await newDevice();
  await waits(device, 'authorization_pending');
  move(2000);
  assert.equal((await poll(device)).body['error'], 'slow_down');
  await allow(device, await at.stage.account());
  move(5000);
  assert.equal((await poll(device)).status, 200);
});

test('OID-157 of fifty polls at the same moment one gets tokens, and they stay good', async () => {
  const device = await newDevice();
  await allow(device, await at.stage.account());
  move(5000);
  const answers = await Promise.all(Array.from({ length: 50 }, () => poll(device)));
  const won = answers.filter(({ status }) => status === 200);
  assert.equal(won.length, 1);
  for (const { status, body } of answers)
    if (status !== 200) assert.ok(['slow_down', 'invalid_grant'].includes(String(body['error'])));
  assert.equal((await userInfo(at.stage, String(won[0]?.body['access_token']))).status, 200);
});

test('OID-157 a device code that comes back later ends the sign-in that it bought', async () => {
  const device = await newDevice();
  await allow(device, await at.stage.account());
  move(5000);
  const { body } = await poll(device);
  await waits(device, 'invalid_grant');
  assert.equal((await userInfo(at.stage, String(body['access_token']))).status, 401);
});

test('OID-158 another client gets nothing for a device code, and slows nobody down', async () => {
  const other = await at.stage.client({}, SECRET);
  const device = await newDevice();
  await allow(device, await at.stage.account());
  move(5000);
  for (let i = 0; i < 3; i++) assert.equal((await poll(device, other)).body['error'], 'invalid_grant');
  assert.equal((await poll(device)).status, 200);
});

test('OID-158 what pages know a device by is no device code', async () => {
  const device = await newDevice();
  let seen = '';
  const { sessions } = at.stage.pool;
  const { put } = sessions;
  sessions.put = async (kind: string, id: string, value: object, until: number) => {
    if (kind === 'interaction') seen = String((value as { deviceCode?: string }).deviceCode ?? seen);
    return put.call(sessions, kind, id, value, until);
  };
  await allow(device, await at.stage.account());
  Object.assign(sessions, { put });
  assert.ok(seen.length > 20);
  move(5000);
  assert.equal((await poll({ ...device, device_code: seen })).body['error'], 'invalid_grant');
  assert.equal((await poll({ ...device, device_code: seen.slice(1) })).body['error'], 'invalid_grant');
  assert.equal((await poll(device)).status, 200);
});

test('OID-161 a client of the pool that has no redirects signs people in by devices alone', async () => {
  const only = await at.stage.client(
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
  await allow(device, await at.stage.account());
  move(5000);
  const { body } = await poll(device, only);
  assert.equal((await refresh(at.stage, only, body['refresh_token'])).status, 200, JSON.stringify(body));
});

test('OID-161 a client for machines has no devices, and each wrong parameter is refused where it is wrong', async () => {
  const robot = await at.stage.client(
    { AllowedOAuthFlows: ['client_credentials'], AllowedOAuthScopes: [], CallbackURLs: [] },
    SECRET,
  );
  const begin = (given: Record<string, string>, client = at.tv) =>
    post(at.stage, '/oauth2/device_authorization', { ...named(client), ...given }, authenticated(client));
  const told = async (answer: Promise<Answer>) => {
    const { status, body } = await answer;
    return [status, body['error']];
  };
  assert.deepEqual(await told(begin({}, robot)), [400, 'unauthorized_client']);
  assert.deepEqual(await told(begin({ scope: 'openid aws.cognito.signin.user.admin' })), [
    400,
    'invalid_scope',
  ]);
  assert.deepEqual(await told(post(at.stage, '/oauth2/device_authorization', {})), [401, 'invalid_client']);
  assert.deepEqual(await told(begin({ client_id: 'nobody' })), [401, 'invalid_client']);
  for (const device_code of ['', 'x', 'x'.repeat(3000)])
    assert.deepEqual(await told(poll({ device_code, user_code: '' })), [
      400,
      device_code ? 'invalid_grant' : 'invalid_request',
    ]);
  const device = await newDevice();
  const twice = new URLSearchParams([
    ['client_id', at.tv.id],
    ['grant_type', DEVICE_GRANT],
    ['device_code', device.device_code],
    ['device_code', device.device_code],
  ]);
  const repeated = await fetch(`${at.stage.base}/oauth2/token`, { method: 'POST', body: twice });
  assert.deepEqual(
    [repeated.status, ((await repeated.json()) as Answer['body'])['error']],
    [400, 'invalid_request'],
  );
  for (const user_code of ['', '----', 'x'.repeat(5000), 'ÄÖÜ', '%00'])
    assert.equal((await at.stage.browser().visit('/device', postForm({ user_code }))).status, 400);
});
