/** A pool where devices sign in, and what devices and people do there. */
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import type { Account } from '#adapters/accounts/store.ts';
import type { Client } from '../../pool.ts';
import type { Browser } from './browser.ts';
import { mockTime } from './mock-time.ts';
import { type Answer, basic, post } from './requests.ts';
import { openStage, type Stage } from './stage.ts';

export const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
const SCOPE = 'openid email';

export interface Device {
  device_code: string;
  user_code: string;
}

export const authenticated = (client: Client) => (client.secret === undefined ? {} : basic(client));
export const named = (client: Client) => (client.secret === undefined ? { client_id: client.id } : {});

export const postForm = (fields: Record<string, string>) => ({
  method: 'POST',
  body: new URLSearchParams(fields),
});

export const answer = (browser: Browser, url: string, how: 'allow' | 'cancel') =>
  browser.follow(url, postForm({ answer: how }));

/** For a file of tests: its hooks open the pool and close it, and time moves only when it is told to. */
export function devicesOfTests() {
  const at = {} as { stage: Stage; tv: Client };
  const move = mockTime();
  before(async () => {
    const tags = { 'foyer:profile': 'openid', 'foyer:oauth-features': 'device' };
    at.stage = await openStage({ tags });
    at.tv = await at.stage.client({ ClientName: 'Television' });
  });
  after(() => at.stage.close());

  async function newDevice(client = at.tv, given: Record<string, string> = {}): Promise<Device> {
    const path = '/oauth2/device_authorization';
    const asked = { ...named(client), scope: SCOPE, ...given };
    const { status, body } = await post(at.stage, path, asked, authenticated(client));
    assert.equal(status, 200, JSON.stringify(body) + at.stage.logged.join('\n'));
    return body as unknown as Device;
  }

  function poll({ device_code }: Device, client = at.tv): Promise<Answer> {
    const asked = { ...named(client), grant_type: DEVICE_GRANT, device_code };
    return post(at.stage, '/oauth2/token', asked, authenticated(client));
  }

  /** Types the code and signs in, to the page that asks whether the device is theirs. */
  async function toConfirm(browser: Browser, device: Device, { username }: Account): Promise<string> {
    const begun = await browser.visit('/device', postForm({ user_code: device.user_code }));
    assert.match(begun.location, /\/login\?/, begun.text);
    const signedIn = await browser.visit(begun.location, postForm({ username }));
    assert.match(signedIn.location, /\/device\/[\w-]+$/);
    const page = await browser.follow(signedIn.location);
    assert.match(page.url, /\/deviceConfirm\?/, page.text + at.stage.logged.join('\n'));
    return page.url;
  }

  async function allow(device: Device, account: Account, browser = at.stage.browser()): Promise<Browser> {
    const { url } = await answer(browser, await toConfirm(browser, device, account), 'allow');
    assert.match(url, /\/deviceDone$/, at.stage.logged.join('\n'));
    return browser;
  }

  async function waits(device: Device, error: string, client = at.tv): Promise<void> {
    move(5000);
    const { status, body } = await poll(device, client);
    assert.deepEqual([status, body['error']], [400, error], JSON.stringify(body));
  }

  return { at, move, newDevice, poll, toConfirm, allow, waits };
}
