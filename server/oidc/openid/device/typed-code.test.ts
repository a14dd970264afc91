import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_LIMITS } from '../../../settings/limits.ts';
import { devicesOfTests, postForm } from '../../testing/devices.ts';
import { authorizePath, refresh, userInfo } from '../../testing/requests.ts';

const { at, move, newDevice, poll, allow } = devicesOfTests();

/** The address at which the sign-in for a device begins, as a page has it after the code was typed. */
async function signInAt(browser = at.stage.browser()): Promise<URL> {
  const { user_code } = await newDevice();
  return new URL((await browser.visit('/device', postForm({ user_code }))).location);
}

const beginning = ({ searchParams }: URL, more = {}) =>
  `/login?${new URLSearchParams({ foyer_device: searchParams.get('foyer_device') ?? '', ...more })}`;

test('OID-152 OID-162 ATK-20 what addresses name a device by begins its sign-in where its code was typed, and nowhere else', async () => {
  const browser = at.stage.browser();
  const to = beginning(await signInAt(browser));
  assert.match((await browser.visit(to)).location, /\/login\?.*interaction=/);
  for (let i = 0; i < 2; i++) {
    const other = at.stage.browser();
    // The second one has begun something of its own.
    if (i === 1) await signInAt(other);
    assert.match((await other.visit(to)).location, /\/deviceExpired$/);
  }
});

test('OID-152 OID-6 no request of an application leads its people to a device', async () => {
  const browser = at.stage.browser();
  const foyer_device = (await signInAt(browser)).searchParams.get('foyer_device') ?? '';
  const pkce = { code_challenge: 'x'.repeat(43), code_challenge_method: 'S256' };
  const { location } = await browser.visit(
    authorizePath(at.tv, { scope: 'openid', foyer_device, lang: 'de', ...pkce }),
  );
  const asked = new URL(location).searchParams;
  assert.deepEqual([asked.get('lang'), asked.has('foyer_device')], ['de', false]);
});

test('OID-159 OID-162 whoever has typed a right code goes on to a provider though all guesses are used up', async () => {
  const { pool } = at.stage;
  const browser = at.stage.browser();
  const to = beginning(await signInAt(browser), { identity_provider: 'COGNITO' });
  move(60_000);
  pool.limits = { ...DEFAULT_LIMITS, guesses: { perAddress: 0, perPool: 1 } };
  try {
    for (const says of [/unknown/, /too-many-requests/])
      assert.match((await browser.visit('/device', postForm({ user_code: 'BBBB-BBBB' }))).text, says);
    assert.match((await browser.visit(to)).location, /\/login\?.*interaction=/);
  } finally {
    delete pool.limits;
  }
});

test('OID-155 nobody is asked about a device whose client has lost the feature', async () => {
  const { pool } = at.stage;
  const { user_code } = await newDevice();
  const { tags } = pool;
  pool.tags = { 'foyer:profile': 'openid' };
  try {
    assert.equal((await at.stage.browser().visit('/device', postForm({ user_code }))).status, 400);
  } finally {
    pool.tags = tags;
  }
  assert.equal((await at.stage.browser().visit('/device', postForm({ user_code }))).status, 302);
});

for (const [scope, status] of [
  ['openid', 400],
  ['openid offline_access', 200],
] as const)
  test(`OID-164 signing out in the browser ${status === 200 ? 'leaves' : 'ends'} what a device got by ${scope}`, async () => {
    const device = await newDevice(at.tv, { scope });
    const browser = await allow(device, await at.stage.account());
    move(5000);
    const { body } = await poll(device);
    const { body: again } = await refresh(at.stage, at.tv, body['refresh_token']);
    const held = again['refresh_token'];
    assert.ok(held, JSON.stringify(again));
    await browser.follow(`/logout?${new URLSearchParams({ id_token_hint: String(body['id_token']) })}`);
    assert.equal((await refresh(at.stage, at.tv, held)).status, status);
    const known = await userInfo(at.stage, String(body['access_token']));
    assert.equal(known.status, status === 200 ? 200 : 401);
  });
