/** mod_auth_openidc in an Apache of the test's own, with the configuration of docs/openid.md. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { openBrowser } from '../browser.ts';
import { readTools } from '../services.ts';
import { soon } from '../soon.ts';
import {
  type DemoStage,
  freeAddress,
  MARIA,
  startDemoStage,
  startProgram,
  startUpstream,
  typeIn,
} from './openid-stage.ts';

const MODULES = [
  'mpm_event',
  'authn_core',
  'authz_core',
  'authz_user',
  'proxy',
  'proxy_http',
  'auth_openidc',
];

const tools = readTools();
const skip = tools.apache === null;
const why = skip ? ' (skipped: there is no Apache with mod_auth_openidc)' : '';

let at: DemoStage;
let apache: string;
before(async () => {
  if (skip) return;
  const upstream = await startUpstream();
  apache = await freeAddress();
  at = await startDemoStage([
    ['localhost:8080', apache],
    ['localhost:3000', upstream],
  ]);
  mkdirSync(join(at.folder, 'run'));
  const file = join(at.folder, 'apache.conf');
  writeFileSync(file, configuration(at.snippet('apache', 'OIDCProviderMetadataURL')));
  await startProgram(tools.apache ?? '', ['-d', at.folder, '-f', file, '-DFOREGROUND'], apache);
});

/** What an installation has around the snippet. */
const configuration = (snippet: string) => `
ServerName localhost
Listen ${apache.replace('localhost:', '127.0.0.1:')}
${MODULES.map((name) => `LoadModule ${name}_module ${join(tools.apacheModules ?? '', `mod_${name}.so`)}`).join('\n')}
DefaultRuntimeDir ${join(at.folder, 'run')}
PidFile ${join(at.folder, 'run', 'apache.pid')}
ErrorLog ${join(at.folder, 'run', 'error.log')}
${process.getuid?.() === 0 ? 'User nobody\nGroup nogroup' : ''}
${snippet}
`;

async function signIn(page: Page, path: string): Promise<string> {
  await page.goto(`http://${apache}${path}`);
  await typeIn(page);
  await page.waitForURL(`http://${apache}${path}`);
  return page.locator('body').innerText();
}

const openPage = async () => (await (await openBrowser()).newContext()).newPage();

test(`OID-265 OID-266 Apache with mod_auth_openidc signs people in for what is behind it, and out of both${why}`, {
  skip,
}, async () => {
  const page = await openPage();
  const told = await signIn(page, '/reports?of=today');
  assert.match(told, new RegExp(`^oidc_claim_email: ${MARIA.email}$`, 'm'));
  assert.match(told, new RegExp(`^oidc_claim_iss: ${at.foyer.url}/us-east-1_DemoPool3$`, 'm'));
  const bye = at
    .here('/signed-in?logout=http%3A%2F%2Flocalhost%3A8080%2F')
    .replace('localhost%3A8080', encodeURIComponent(apache));
  await page.goto(`http://${apache}${bye}`);
  // Back at Apache, which knows nobody, and so does Foyer: it sends the ID token, so nobody is asked.
  await page.getByLabel('Password', { exact: true }).waitFor();
});

test(`OID-267 signing out at Foyer reaches Apache over the back channel${why}`, { skip }, async () => {
  const page = await openPage();
  await signIn(page, '/reports');
  const elsewhere = await page.context().newPage();
  await elsewhere.goto(at.here('http://localhost:9400/openid/logout'));
  await elsewhere.getByRole('button', { name: 'Sign out' }).click();
  await elsewhere.getByRole('heading', { name: 'You are signed out' }).waitFor();
  await soon('Apache was told', async () => {
    await page.goto(`http://${apache}/reports`);
    return page.url().startsWith(at.foyer.url);
  });
});
