/** What docs/openid.md shows of applications that others wrote, run as a reader would. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import { openBrowser } from './browser.ts';
import { openHttpSession } from './http-session.ts';
import { type DemoStage, freeAddress, MARIA, startDemoStage, typeIn } from './judges/openid-stage.ts';
import { serveApplication } from './judges/serve-application.ts';

/** Takes the address that the snippet sends the browser to, and gives the one that it came back with. */
const BETWEEN = `
import { createInterface } from 'node:readline';
console.log(to.href);
const url = new URL(await new Promise((back) => createInterface({ input: process.stdin }).once('line', back)));
`;

/** Signs Maria in without a browser. */
async function comesBack({ foyer }: DemoStage, to: string): Promise<string> {
  const browser = openHttpSession();
  const page = await browser.follow(await browser.get(to), foyer.url);
  const form = { username: MARIA.email, password: MARIA.password };
  return (await browser.follow(await browser.submit(page, form), foyer.url)).location ?? '';
}

test('OID-268 the snippets for openid-client push the request, bind the tokens and tell who it is', async () => {
  const at = await startDemoStage([]);
  const file = new URL(`../.cache/openid-snippet-${process.pid}.mjs`, import.meta.url);
  after(() => rmSync(file, { force: true }));
  const [first, second] = ['buildAuthorizationUrlWithPAR', 'authorizationCodeGrant'].map((holding) =>
    at.snippet('js', holding),
  );
  const shown = 'console.log(JSON.stringify({ type: tokens.token_type, person }));\nprocess.exit();';
  writeFileSync(file, [first, BETWEEN, second, shown].join('\n'));
  const child = spawn(process.execPath, [file.pathname], { stdio: ['pipe', 'pipe', 'pipe'] });
  let complaints = '';
  child.stderr.on('data', (part) => {
    complaints += part;
  });
  const said: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(line);
    if (said.length === 1) child.stdin.write(`${await comesBack(at, line)}\n`);
  }
  assert.ok(said[1], complaints);
  const { type, person } = JSON.parse(said[1]);
  assert.deepEqual([type, person.email, person.name], ['dpop', MARIA.email, MARIA.name]);
});

test('OID-268 the snippet for oidc-client-ts signs people in with tokens of this browser', async () => {
  const address = await freeAddress();
  const at = await startDemoStage([['localhost:5173', address]]);
  const shown = 'if (user) document.title = [user.token_type, user.profile.iss].join(" ");';
  const text = `${at.snippet('js', 'UserManager')}\n${shown}`;
  const { url } = await serveApplication({ text }, Number(new URL(`http://${address}`).port));
  const page = await (await (await openBrowser()).newContext()).newPage();
  await page.goto(url);
  await typeIn(page);
  await page.waitForURL(/[?&]code=/);
  await page.waitForFunction('document.title !== "The application"');
  assert.equal(await page.title(), `DPoP ${at.foyer.url}/us-east-1_DemoPool3`);
});
