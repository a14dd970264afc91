/** A sign-in on a device by people whose accounts are at a provider outside: another site, in a real browser. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { decodeJwt } from 'jose';
import type { Page } from 'playwright-core';
import { type OpenIdVendor, openOpenIdVendor } from '../../federation/testing/openid-vendor.ts';
import { openFederation } from '../federation-stage.ts';
import { hostedAt } from '../person.ts';
import { type Foyer, startFoyer } from '../start.ts';
import { STORY, storyPool } from '../story-pool.ts';
import { openContext } from './application.ts';

const SECRET = 'a-secret-of-at-least-thirty-two-characters';

let foyer: Foyer;
let at: Awaited<ReturnType<typeof openFederation>>;
let corp: OpenIdVendor;
before(async () => {
  const file = storyPool();
  Object.assign(file.pools[0]?.settings ?? {}, {
    UserPoolTags: { 'foyer:profile': 'openid', 'foyer:oauth-features': 'device' },
  });
  foyer = await startFoyer({ poolFile: file });
  at = await openFederation(foyer);
  const callbackUrl = `${at.hosted}/oauth2/idpresponse`;
  corp = await openOpenIdVendor({ clientId: 'app-1', clientSecret: SECRET, callbackUrl });
  const ProviderDetails = {
    client_id: 'app-1',
    client_secret: SECRET,
    authorize_scopes: 'openid email',
    oidc_issuer: corp.base,
  };
  await at.add('Corp', { ProviderDetails });
});
after(async () => {
  at?.sdk.destroy();
  await corp?.close();
});

async function ask(path: string, fields: Record<string, string>) {
  const body = new URLSearchParams({ client_id: STORY.publicClient, ...fields });
  const answer = await fetch(hostedAt(foyer) + path, { method: 'POST', body });
  return { status: answer.status, body: (await answer.json()) as Record<string, string> };
}

const poll = (device: Record<string, string>) =>
  ask('/oauth2/token', {
    grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
    device_code: device['device_code'] ?? '',
  });

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor();

/** As `who` is known there; types the code that the device shows. */
async function begin(who: string) {
  const context = await openContext({ javaScriptEnabled: true });
  // What the provider knows its people by; to everybody else it says nothing.
  await context.setExtraHTTPHeaders({ 'x-person': who });
  const page = await context.newPage();
  const { body: device } = await ask('/oauth2/device_authorization', { scope: 'openid email' });
  await page.goto(device['verification_uri_complete'] ?? '');
  await press(page, 'Next');
  return { page, device };
}

for (const [ways, said] of [
  [['COGNITO', 'Corp'], 'one of the ways in'],
  [['Corp'], 'the only way in'],
] as const)
  test(`OID-152 OID-163 a device is signed in through a provider that is ${said}`, async () => {
    await at.enable(...ways);
    const { page, device } = await begin('maria');
    if (ways.length > 1) await page.getByRole('link', { name: 'Sign in with Corp' }).click();
    await heading(page, 'Sign in to Public on a device?');
    await page.getByText(device['user_code'] ?? '').waitFor();
    assert.equal((await poll(device)).body['error'], 'authorization_pending');
    await press(page, 'Yes, sign in on the device');
    await heading(page, 'Your device is signed in');
    await foyer.shiftClock(5000);
    const { status, body } = await poll(device);
    assert.equal(status, 200, JSON.stringify(body));
    assert.match(String(decodeJwt(body['id_token'] ?? '')['cognito:username']), /^Corp_/);
  });

test('OID-153 OID-163 who says no at the provider has signed in nobody, and the device is told', async () => {
  await at.enable('COGNITO', 'Corp');
  const { page, device } = await begin('nobody');
  await page.getByRole('link', { name: 'Sign in with Corp' }).click();
  await heading(page, 'Nothing was signed in');
  const { status, body } = await poll(device);
  assert.deepEqual([status, body['error']], [400, 'access_denied']);
});

test('OID-163 where the provider fails the person sees a page, and the device is told', async () => {
  await at.enable('COGNITO', 'Corp');
  corp.broken.set('/token', { status: 500, json: {} });
  const { page, device } = await begin('maria');
  await page.getByRole('link', { name: 'Sign in with Corp' }).click();
  await heading(page, 'Signing in did not work');
  const { status, body } = await poll(device);
  assert.deepEqual([status, body['error']], [400, 'invalid_request']);
});
