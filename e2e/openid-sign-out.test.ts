/** Signing out of a pool in the openid profile, in a browser: asked first, told to the applications, led back. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, test } from 'node:test';
import type { Page } from 'playwright-core';
import { type AuditLine, isCall } from './observed.ts';
import { openContext } from './pages/application.ts';
import { assertFits, assertNoGraveFaults } from './pages/for-everybody.ts';
import { authorizeUrl, hostedAt, PASSWORD } from './person.ts';
import { startFoyer } from './start.ts';
import { STORY, storyPool } from './story-pool.ts';

/** An application: what it was asked, newest last. */
const asked: { path: string; body: string }[] = [];
const application = createServer(async (req, res) => {
  asked.push({ path: req.url ?? '', body: await text(req) });
  res.writeHead(200, { 'content-type': 'text/html' }).end('<title>The application</title>');
}).listen(0, '127.0.0.1');
await once(application, 'listening');
after(() => {
  application.closeAllConnections();
  application.close();
});
const site = `http://localhost:${(application.address() as AddressInfo).port}`;

const maria = 'maria@example.com';
const file = storyPool({
  users: [{ username: maria, password: PASSWORD, attributes: { email: maria, email_verified: 'true' } }],
});
const [pool] = file.pools;
const web = pool?.clients.find(({ id }) => id === STORY.webClient);
assert.ok(pool && web);
Object.assign(pool.settings, { UserPoolTags: { 'foyer:profile': 'openid' } });
Object.assign(web.settings, { CallbackURLs: [`${site}/callback`], LogoutURLs: [`${site}/bye`] });
Object.assign(web, {
  OpenId: {
    frontchannel_logout_uri: `${site}/front`,
    frontchannel_logout_session_required: true,
    backchannel_logout_uri: `${site}/back`,
    backchannel_logout_session_required: true,
  },
});
const auditFolder = mkdtempSync(join(tmpdir(), 'foyer-audit-'));
after(() => rmSync(auditFolder, { recursive: true }));
const auditFile = join(auditFolder, 'audit.log');
const foyer = await startFoyer({ poolFile: file, env: { FOYER_AUDIT_FILE: auditFile } });
const hosted = hostedAt(foyer);

/** Signs in to the web application and gives the ID token. */
async function signIn(page: Page): Promise<string> {
  const redirect_uri = `${site}/callback`;
  await page.goto(authorizeUrl(hosted, { client_id: STORY.webClient, redirect_uri, scope: 'openid' }));
  await page.getByLabel('Email address').fill(maria);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL((url) => url.href.startsWith(redirect_uri));
  const code = new URL(page.url()).searchParams.get('code') ?? '';
  const answer = await fetch(`${hosted}/oauth2/token`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${STORY.webClient}:${STORY.webSecret}`).toString('base64')}`,
    },
    body: new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri }),
  });
  assert.equal(answer.status, 200);
  return ((await answer.json()) as { id_token: string }).id_token;
}

const claimsOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

test('OID-202 OID-211 somebody who is led here by another site is asked, can stay, and can leave', async () => {
  const context = await openContext({ viewport: { width: 320, height: 640 } });
  const page = await context.newPage();
  await signIn(page);
  const leave = `${hosted}/logout?client_id=${STORY.webClient}&state=x`;
  await page.goto(leave);
  await page.getByRole('heading', { name: 'Do you want to sign out?' }).waitFor();
  assert.match(await page.locator('main').innerText(), /Web asks to sign you out/);
  await assertNoGraveFaults(page);
  await assertFits(page, 320);
  await page.getByRole('button', { name: 'Stay signed in' }).click();
  await page.getByRole('heading', { name: 'You are still signed in' }).waitFor();
  await assertNoGraveFaults(page);
  await page.goto(leave);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
  const lines = readFileSync(auditFile, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as AuditLine);
  const told = lines.filter((line) => !isCall(line) && line.additionalEventData.sub !== undefined);
  assert.deepEqual(
    told.map(({ eventName, outcome }) => `${eventName} ${outcome}`),
    ['sign-in success', 'token-issue success', 'sign-out success'],
  );
  await context.close();
});

test('OID-207 OID-210 OID-212 an application is told by its server and in a frame, then the browser goes back', async () => {
  const context = await openContext();
  const page = await context.newPage();
  const hint = await signIn(page);
  asked.length = 0;
  await page.goto(
    `${hosted}/logout?${new URLSearchParams({ id_token_hint: hint, post_logout_redirect_uri: `${site}/bye`, state: 's 1' })}`,
  );
  await page.waitForURL(`${site}/bye?state=s+1`);
  const { sid, sub } = claimsOf(hint);
  const back = asked.find(({ path }) => path === '/back');
  const told = claimsOf(new URLSearchParams(back?.body).get('logout_token') ?? '');
  assert.deepEqual({ sid: told.sid, sub: told.sub, aud: told.aud }, { sid, sub, aud: STORY.webClient });
  const front = new URL(asked.find(({ path }) => path.startsWith('/front'))?.path ?? '', site);
  assert.equal(front.searchParams.get('sid'), sid);
  assert.equal(front.searchParams.get('iss'), `${foyer.url}/${STORY.poolId}`);
  await context.close();
});

test('OID-211 the page that waits for the applications is one for everybody', async () => {
  const context = await openContext({ viewport: { width: 320, height: 640 } });
  const page = await context.newPage();
  const id_token_hint = await signIn(page);
  // It stays as long as somebody looks at it here.
  await page.route(`${hosted}/logout?**`, async (route) => {
    const answer = await route.fetch();
    const { refresh, ...headers } = answer.headers();
    assert.match(refresh ?? '', /^2; url=/);
    await route.fulfill({ response: answer, headers });
  });
  await page.goto(`${hosted}/logout?${new URLSearchParams({ id_token_hint })}`);
  await page.getByRole('heading', { name: 'Signing you out' }).waitFor();
  await assertNoGraveFaults(page);
  await assertFits(page, 320);
  await page.getByRole('link', { name: 'Go on' }).click();
  await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
  await context.close();
});

test('OID-213 without a script a person signs out as well', async () => {
  const context = await openContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await signIn(page);
  await page.goto(`${hosted}/logout`);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
  await context.close();
});

test('OID-202 ATK-22 a form that another site made up signs nobody out', async () => {
  const context = await openContext();
  const page = await context.newPage();
  await signIn(page);
  await page.goto(`${site}/trap`);
  await page.setContent(
    `<form method="post" action="${hosted}/logout"><input name="answer" value="leave"><input name="_csrf" value="x"><button>Win</button></form>`,
  );
  await page.getByRole('button', { name: 'Win' }).click();
  await page.getByRole('heading', { name: 'Do you want to sign out?' }).waitFor();
  await context.close();
});
