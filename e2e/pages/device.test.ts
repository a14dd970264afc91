/** A sign-in on a device without a browser, through the pages that a person sees on the way (RFC 8628). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { openHttpSession } from '../http-session.ts';
import { hostedAt, PASSWORD, poolFileUser } from '../person.ts';
import { startFoyer } from '../start.ts';
import { STORY, storyPool } from '../story-pool.ts';
import { openContext } from './application.ts';
import { assertFits, assertNoGraveFaults } from './for-everybody.ts';

const email = 'mina@example.com';
const file = storyPool({ users: [poolFileUser('mina')] });
Object.assign(file.pools[0]?.settings ?? {}, {
  UserPoolTags: { 'foyer:profile': 'openid', 'foyer:oauth-features': 'device' },
});
const foyer = await startFoyer({ poolFile: file });
const hosted = hostedAt(foyer);

interface Device {
  device_code: string;
  user_code: string;
  verification_uri: string;
  verification_uri_complete: string;
}

async function ask<T>(path: string, fields: Record<string, string>): Promise<{ status: number; body: T }> {
  const body = new URLSearchParams({ client_id: STORY.publicClient, ...fields });
  const answer = await fetch(hosted + path, { method: 'POST', body });
  return { status: answer.status, body: (await answer.json()) as T };
}

async function newDevice(): Promise<Device> {
  const { status, body } = await ask<Device>('/oauth2/device_authorization', { scope: 'openid email' });
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}

const poll = ({ device_code }: Device) =>
  ask<{ error?: string; id_token: string }>('/oauth2/token', {
    grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
    device_code,
  });

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor();

async function signIn(page: Page): Promise<void> {
  await page.getByLabel('Email address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await press(page, 'Sign in');
}

/** Looks at the page as it is: in both colours, on the smallest screen. */
async function look(page: Page): Promise<void> {
  await assertNoGraveFaults(page);
  await page.setViewportSize({ width: 320, height: 640 });
  await assertFits(page, 320);
}

for (const javaScriptEnabled of [true, false])
  test(`OID-150 OID-152 OID-153 a device is signed in through the pages, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async () => {
    const context = await openContext({ javaScriptEnabled });
    const page = await context.newPage();
    // What looks at a page is a script itself.
    const seen = () => (javaScriptEnabled ? look(page) : undefined);
    const device = await newDevice();
    await page.goto(device.verification_uri);
    await page.getByLabel('Code').fill('BBBB-BBBB');
    await press(page, 'Next');
    await page.getByRole('alert').filter({ hasText: 'No device waits with that code' }).waitFor();
    assert.equal(await page.getByLabel('Code').inputValue(), 'BBBB-BBBB');
    await seen();
    await page.getByLabel('Code').fill(device.user_code.toLowerCase());
    await press(page, 'Next');
    await signIn(page);
    await heading(page, 'Sign in to Public on a device?');
    await page.getByText(device.user_code).waitFor();
    await page.getByText('Did somebody send you this code').waitFor();
    await page.getByText(email).waitFor();
    await seen();
    await page.reload();
    await press(page, 'Yes, sign in on the device');
    await heading(page, 'Your device is signed in');
    await seen();
    const { status, body } = await poll(device);
    assert.equal(status, 200, JSON.stringify(body));
    const claims = JSON.parse(Buffer.from(body.id_token.split('.')[1] ?? '', 'base64url').toString());
    assert.equal(claims.aud, STORY.publicClient);

    // The page is behind them, and goes nowhere a second time.
    await page.goBack();
    await heading(page, 'This page has expired');
    await context.close();
  });

test('OID-152 OID-153 a link with the code filled in begins nothing by itself, and whoever was sent it can refuse', async () => {
  const context = await openContext({ javaScriptEnabled: true });
  const page = await context.newPage();
  const device = await newDevice();
  await page.goto(device.verification_uri_complete);
  assert.equal(await page.getByLabel('Code').inputValue(), device.user_code);
  await press(page, 'Next');
  await signIn(page);
  await press(page, 'No, do not sign in');
  await heading(page, 'Nothing was signed in');
  assert.equal((await poll(device)).body.error, 'access_denied');
  // Still who they were: the next device asks whether it is they.
  const second = await newDevice();
  await page.goto(second.verification_uri_complete);
  await press(page, 'Next');
  await press(page, `Continue as ${email}`);
  await heading(page, 'Sign in to Public on a device?');
  await page.getByRole('link', { name: 'Use another account' }).click();
  await page.getByLabel('Email address').waitFor();
  assert.equal((await poll(second)).body.error, 'authorization_pending');
  await context.close();
});

test('OID-152 ATK-22 ATK-08 the pages take no post from elsewhere, show nothing that a link says, and no other method', async () => {
  const device = await newDevice();
  const posted = await fetch(`${hosted}/device`, {
    method: 'POST',
    body: new URLSearchParams({ user_code: device.user_code }),
    redirect: 'manual',
  });
  assert.equal(posted.status, 403);
  const shown = await fetch(`${hosted}/device?${new URLSearchParams({ user_code: 'CALL-0800-123' })}`);
  assert.equal((await shown.text()).includes('CALL'), false);
  const policy = String(shown.headers.get('content-security-policy'));
  assert.match(policy, /default-src 'none'.*form-action 'self'.*frame-ancestors 'none'/);
  for (const path of ['/device', '/deviceConfirm', '/deviceDone', '/deviceCancelled', '/deviceExpired'])
    for (const method of ['PUT', 'HEAD', 'DELETE'])
      assert.equal((await fetch(hosted + path, { method })).status, 405, `${method} ${path}`);
  assert.equal((await fetch(`${hosted}/deviceConfirm?interaction=x`)).status, 400);
  const json = await fetch(`${hosted}/device`, {
    method: 'POST',
    body: '{}',
    headers: { 'content-type': 'application/json' },
  });
  assert.equal(json.status, 415);
});

test('OID-159 whoever tries too many codes is told so, and when to come again', async () => {
  const strict = await startFoyer({ poolFile: file, env: { FOYER_LIMIT_GUESSES_PER_POOL: '2' } });
  // Just behind the beginning of a minute, in which guesses are counted together.
  await strict.shiftClock(61_000 - (Date.now() % 60_000));
  const session = openHttpSession();
  const page = await session.get(`${hostedAt(strict)}/device`);
  const guess = () => session.submit(page, { user_code: 'BBBB-BBBB' });
  assert.deepEqual([(await guess()).status, (await guess()).status], [400, 400]);
  const refused = await guess();
  assert.equal(refused.status, 429);
  assert.ok(Number(refused.headers.get('retry-after')) > 0);
  assert.match(refused.body, /tried too often/);
});
