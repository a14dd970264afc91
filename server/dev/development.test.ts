import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import Koa from 'koa';
import { openOutbox } from '#adapters/mail/outbox.ts';
import { openSmsOutbox } from '#adapters/sms/outbox.ts';
import { freePort } from '#adapters/testing/free-port.ts';
import { openDevelopment } from './open.ts';
import { openSample } from './sample.ts';
import { findSampleClient } from './sample-client.ts';

const outbox = openOutbox({ now: () => Date.parse('2026-11-21T12:00:00Z') });
const sms = openSmsOutbox({ now: () => Date.parse('2026-11-21T12:00:01Z') });
const settings = { publicUrl: 'https://dev.example.com', host: '127.0.0.1', samplePort: 0 };
const development = await openDevelopment({ settings, mail: outbox, sms });
const app = new Koa();
app.use(async (ctx) => {
  if (!(await development.handle(ctx))) ctx.status = 404;
});
const server = createServer(app.callback()).listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;
after(() => {
  server.closeAllConnections();
  server.close();
});

/** As `fetch`, which lets nobody set the Host header and tidies paths up. */
function ask(
  at: number,
  path: string,
  host = 'localhost',
  more: Record<string, string> = {},
): Promise<{ status: number; type: string; body: string }> {
  return new Promise((resolve, reject) => {
    get({ port: at, host: '127.0.0.1', path, headers: { host, ...more } }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (part) => {
        body += part;
      });
      const { statusCode: status = 0, headers } = response;
      response.on('end', () => resolve({ status, type: headers['content-type'] ?? '', body }));
    }).on('error', reject);
  });
}

const send = (change: object) =>
  outbox.send({
    to: 'maria@example.com',
    from: 'a@example.com',
    subject: 'S',
    text: 'T',
    html: '<p>H</p>',
    ...change,
  });

test('the mailbox shows the newest message first, with its code to copy and its links', async () => {
  await send({ subject: 'Older' });
  await send({
    subject: 'Your code',
    text: 'Your code is 604218.\nhttps://login.example.com/confirmUser?confirmation_code=111111&x=1',
  });
  const { body, status } = await ask(port, '/dev/mailbox');
  assert.equal(status, 200);
  assert.ok(body.indexOf('Your code') < body.indexOf('Older'));
  assert.match(body, /<code>604218<\/code>/);
  assert.match(
    body,
    /<a href="https:\/\/login\.example\.com\/confirmUser\?confirmation_code=111111&amp;x=1">/,
  );
  assert.equal(body.match(/<code>/g)?.length, 1);
});

test('for programs: the same as JSON', async () => {
  const { body, type } = await ask(port, '/dev/mailbox.json');
  assert.match(type, /^application\/json/);
  const [first] = JSON.parse(body);
  assert.deepEqual(Object.keys(first).sort(), ['at', 'from', 'html', 'medium', 'subject', 'text', 'to']);
  assert.equal(first.medium, 'EMAIL');
  assert.equal(first.at, Date.parse('2026-11-21T12:00:00Z'));
});

test('USR-161 text messages are shown beside mails, in the order of their times', async () => {
  const text = 'Your verification code is 271828. <b>';
  await sms.send({ to: '+12065550100', text, kind: 'verification-code', pool: 'eu-central-1_Test00001' });
  const [first, second] = JSON.parse((await ask(port, '/dev/mailbox.json')).body);
  const at = Date.parse('2026-11-21T12:00:01Z');
  assert.deepEqual(first, { medium: 'SMS', to: '+12065550100', text, at });
  assert.equal(second.medium, 'EMAIL');
  const { body } = await ask(port, '/dev/mailbox');
  assert.match(body, /<h2>Text message<\/h2>[\s\S]*\+12065550100[\s\S]*<code>271828<\/code>/);
  assert.match(body, /is 271828\. &lt;b&gt;/);
});

test('what a message says is never markup of the mailbox', async () => {
  const evil = `"><script>alert(1)</script>`;
  await send({ to: evil, from: evil, subject: evil, text: `${evil} javascript:alert(1)`, html: evil });
  const { body } = await ask(port, '/dev/mailbox');
  assert.doesNotMatch(body, /<script>/);
  assert.doesNotMatch(body, /href="javascript/);
  assert.match(body, /sandbox="allow-popups allow-popups-to-escape-sandbox" srcdoc="[^"]*&lt;script&gt;/);
});

test('only this machine sees the mailbox: another name for its address, as of a page elsewhere, finds nothing', async () => {
  for (const host of ['dev.example.com', 'evil.example', 'localhost.evil.example', '127.0.0.1.evil.example'])
    for (const path of ['/dev/mailbox', '/dev/mailbox.json'])
      assert.equal((await ask(port, path, host)).status, 404, host);
  for (const header of ['x-forwarded-for', 'forwarded'])
    assert.equal((await ask(port, '/dev/mailbox', 'localhost', { [header]: 'for=203.0.113.7' })).status, 404);
  for (const host of ['localhost:9400', '127.0.0.1:9400', '[::1]:9400'])
    assert.equal((await ask(port, '/dev/mailbox', host)).status, 200, host);
});

test('what is not served is left to others, and no path leads out of the folder of static files', async () => {
  const paths = ['/', '/dev', '/dev/', '/dev/other', '/dev/assets/', '/dev/assets/../package.json'];
  for (const path of [...paths, '/dev/assets/..%2fpackage.json', '/dev/assets/constructor'])
    assert.equal((await ask(port, path)).status, 404, path);
  assert.match((await ask(port, '/dev/assets/mark.svg')).type, /svg/);
});

const demoFile = (name: string) => fileURLToPath(new URL(`../../demo/${name}`, import.meta.url));

/** The demo, as somebody has it who moved the sample to a port that is free here. */
async function movedDemo() {
  const samplePort = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'foyer-sample-'));
  after(() => rmSync(folder, { recursive: true }));
  const poolFile = join(folder, 'pool.yaml');
  writeFileSync(
    poolFile,
    readFileSync(demoFile('pool.yaml'), 'utf8').replaceAll(':9401/', `:${samplePort}/`),
  );
  return { samplePort, poolFile };
}

test('the sample application: its files, where Foyer is, and nothing else of the disk', async () => {
  const { samplePort, poolFile } = await movedDemo();
  const sample = await openSample({ ...settings, samplePort, poolFile });
  after(() => sample.close());
  assert.equal(sample.url, `http://localhost:${samplePort}`);
  for (const path of ['/', '/callback?code=1', '/app.js', '/oauth.js', '/foyer.css', '/mark.svg'])
    assert.equal((await ask(samplePort, path)).status, 200, path);
  for (const path of [
    '/../package.json',
    '/..%2f..%2fpackage.json',
    '/pool.yaml',
    '/constructor',
    '//etc/passwd',
  ])
    assert.equal((await ask(samplePort, path)).status, 404, path);
  assert.deepEqual(JSON.parse((await ask(samplePort, '/config.json')).body), {
    authority: 'https://dev.example.com/us-east-1_DemoPool1',
    clientId: 'demosampleapplication00001',
    redirectUri: `http://localhost:${samplePort}/callback`,
    logoutUri: `http://localhost:${samplePort}/`,
  });
});

test('the sample application is the public client of the pool file to which people come back at its address', async () => {
  const found = (name: string, samplePort = 9401) =>
    findSampleClient({ poolFile: demoFile(name), samplePort });
  assert.deepEqual(found('pool.yaml'), {
    poolId: 'us-east-1_DemoPool1',
    clientId: 'demosampleapplication00001',
  });
  assert.deepEqual(found('openid.yaml'), {
    poolId: 'us-east-1_DemoPool3',
    clientId: 'demosampleapplication00003',
  });
  assert.equal(found('pool.yaml', 3000), undefined, 'a client with a secret is none');
  const none = await openSample({ ...settings, samplePort: 9500, poolFile: demoFile('pool.yaml') });
  assert.equal(none.url, undefined);
});
