/** The second demo: a pool of the openid profile, whose sample application, machine, television and agent work as its file says. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { decodeJwt } from 'jose';
import type { Page } from 'playwright-core';
import { openBrowser } from './browser.ts';
import { demoFile, startDemo } from './pages/demo.ts';
import type { Foyer } from './start.ts';

const POOL = 'us-east-1_DemoPool3';

/** Whatever goes wrong inside the page fails the story. */
function watch(page: Page): string[] {
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  return problems;
}

async function walk(sampleUrl: string): Promise<void> {
  const page = await (await (await openBrowser()).newContext()).newPage();
  const problems = watch(page);
  await page.goto(sampleUrl);
  const signIn = page.getByRole('button', { name: 'Sign in' });
  await signIn.click();
  await page.getByLabel('Email address').fill('maria@example.com');
  await page.getByLabel('Password', { exact: true }).fill('Welcome1');
  await signIn.click();
  await page.getByRole('heading', { name: 'Hello, Maria Rossi' }).waitFor();
  assert.match(await page.locator('#access-token').innerText(), new RegExp(`/${POOL}"`));
  await page.getByRole('button', { name: 'Refresh tokens' }).click();
  await page.locator('#requests li', { hasText: 'grant_type=refresh_token' }).waitFor();
  await page.getByRole('heading', { name: 'Hello, Maria Rossi' }).waitFor();
  // Named by their ID token, the person is not asked whether they meant it.
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Nobody is signed in' }).waitFor();
  await signIn.click();
  await page.getByLabel('Password', { exact: true }).waitFor();
  assert.deepEqual(problems, []);
}

test('OID-261 the sample application signs people in with the second demo file in an empty data folder', async () => {
  const { sampleUrl } = await startDemo('openid.yaml');
  await walk(sampleUrl);
});

test('OID-261 OID-262 and so it does beside the pools of the first; a machine, a television and an agent have what the file says', async () => {
  const { foyer, sampleUrl } = await startDemo();
  const folder = mkdtempSync(join(tmpdir(), 'foyer-demo-'));
  after(() => rmSync(folder, { recursive: true }));
  const second = join(folder, 'openid.json');
  writeFileSync(second, JSON.stringify(demoFile('openid.yaml', new URL(sampleUrl).port)));
  await foyer.restart({ FOYER_POOL_FILE: second });
  await walk(sampleUrl);
  const first = await fetch(`${foyer.url}/us-east-1_DemoPool1/.well-known/openid-configuration`);
  assert.equal(first.status, 200);
  await machine(foyer);
  await television(foyer);
  await agent(foyer);
});

const post = async (url: string, form: Record<string, string>, headers = {}) => {
  const answer = await fetch(url, { method: 'POST', body: new URLSearchParams(form), headers });
  return { status: answer.status, body: (await answer.json()) as Record<string, string> };
};

/** A token for a client itself. */
async function ownToken({ url }: Foyer, id: string, secret: string, more = {}): Promise<string> {
  const { status, body } = await post(
    `${url}/openid/oauth2/token`,
    { grant_type: 'client_credentials', ...more },
    { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
  );
  assert.equal(status, 200, JSON.stringify(body));
  return body['access_token'] ?? '';
}

/** Its token is for the one address that it names. */
async function machine(foyer: Foyer): Promise<void> {
  const resource = 'https://orders.example.com';
  const secret = 'demo-secret-of-the-background-service-not-for-production';
  const token = await ownToken(foyer, 'demobackgroundservice00003', secret, { resource });
  assert.equal(decodeJwt(token).aud, resource);
}

/** Registers itself with the registrar's token. */
async function agent(foyer: Foyer): Promise<void> {
  const secret = 'demo-secret-of-the-registrar-not-for-production';
  const token = await ownToken(foyer, 'demoregistrar0000000000003', secret);
  const answer = await fetch(`${foyer.url}/openid/oauth2/register`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ client_name: 'Reader', redirect_uris: ['http://localhost:7000/callback'] }),
  });
  assert.equal(answer.status, 201, await answer.text());
}

async function television({ url }: Foyer): Promise<void> {
  const metadata = await (await fetch(`${url}/${POOL}/.well-known/openid-configuration`)).json();
  const endpoint = (metadata as Record<string, string>)['device_authorization_endpoint'];
  const { status, body } = await post(endpoint ?? `${url}/openid/oauth2/device_authorization`, {
    client_id: 'demodevice0000000000000003',
    scope: 'openid',
  });
  assert.equal(status, 200, JSON.stringify(body));
  assert.ok(body['user_code'] && body['verification_uri']);
}
