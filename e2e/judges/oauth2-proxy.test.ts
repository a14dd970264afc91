/** oauth2-proxy, built from its source, with the configuration of docs/openid.md: what is behind it learns who asks. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openBrowser } from '../browser.ts';
import { readTools } from '../services.ts';
import { freeAddress, MARIA, startDemoStage, startProgram, startUpstream, typeIn } from './openid-stage.ts';

const { oauth2Proxy } = readTools();
const why = oauth2Proxy ? '' : ' (skipped: there is no Go 1.24 to build it with)';

test(`OID-263 OID-264 oauth2-proxy signs people in for what is behind it, and out of both${why}`, {
  skip: oauth2Proxy === null,
}, async () => {
  const [proxy, upstream] = [await freeAddress(), await startUpstream()];
  const at = await startDemoStage([
    ['localhost:4180', proxy],
    ['localhost:3000', upstream],
  ]);
  const configuration = join(at.folder, 'oauth2-proxy.cfg');
  writeFileSync(configuration, at.snippet('toml', 'oidc_issuer_url'));
  await startProgram(oauth2Proxy ?? '', ['--config', configuration], proxy);
  const page = await (await (await openBrowser()).newContext()).newPage();

  await page.goto(`http://${proxy}/reports?of=today`);
  await typeIn(page);
  await page.waitForURL(`http://${proxy}/reports?of=today`);
  const told = await page.locator('body').innerText();
  assert.match(told, /^GET \/reports\?of=today$/m);
  assert.match(told, new RegExp(`^x-forwarded-email: ${MARIA.email}$`, 'm'));

  const client = 'client_id=demoproxy00000000000000003';
  const rd = at.here(`http://localhost:9400/openid/logout?${client}&logout_uri=http://localhost:4180/`);
  // Named by no ID token, people are asked whether they mean it.
  await page.goto(`http://${proxy}/oauth2/sign_out?${new URLSearchParams({ rd })}`);
  await page.getByRole('button', { name: 'Sign out' }).click();
  // Back at the proxy, which knows nobody, and so does Foyer.
  await page.getByLabel('Password', { exact: true }).waitFor();
  await typeIn(page);
  await page.waitForURL(`http://${proxy}/`);
});
