import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { openBrowser } from '../browser.ts';
import { authorizeUrl, PASSWORD } from '../person.ts';
import { STORY, storyPool } from '../story-pool.ts';
import { ID_HOST, issue, LOGIN_ARN, LOGIN_HOST, startTls, write } from './start-tls.ts';

const LOGIN = issue([LOGIN_HOST]);

/** Chromium is told to trust this one key, and goes on refusing every other: a wrong certificate fails the story. */
const pinOf = (chain: string) =>
  createHash('sha256')
    .update(new X509Certificate(chain).publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64');

test('HUI-56 in a real browser a person signs in at a custom domain, over its own certificate', async () => {
  const users = [
    {
      username: 'mina@example.com',
      password: PASSWORD,
      attributes: { email: 'mina@example.com', email_verified: 'true' },
    },
  ];
  const tls = await startTls(write('own', issue([ID_HOST])), {
    poolFile: {
      certificates: [{ arn: LOGIN_ARN, ...write('login', LOGIN) }],
      ...storyPool({ users, domain: { name: LOGIN_HOST, certificateArn: LOGIN_ARN } }),
    },
  });
  const browser = await openBrowser([
    '--host-resolver-rules=MAP *.test 127.0.0.1',
    `--ignore-certificate-errors-spki-list=${pinOf(LOGIN.chain)}`,
  ]);
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.route(`${STORY.callback}**`, (route) => route.fulfill({ body: 'back in the application' }));

  await page.goto(authorizeUrl(tls.at(LOGIN_HOST)));
  assert.equal(new URL(page.url()).host, `${LOGIN_HOST}:${tls.port}`);
  await page.getByLabel('Email').fill('mina@example.com');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(`${STORY.callback}**`);
  assert.ok(new URL(page.url()).searchParams.get('code'));

  const cookies = await context.cookies(tls.at(LOGIN_HOST));
  assert.ok(cookies.length > 0);
  for (const { name, secure, domain } of cookies) assert.ok(secure && domain === LOGIN_HOST, name);
  await assert.rejects(
    page.goto(`${tls.at(ID_HOST)}/health/live`),
    /ERR_CERT/,
    'no other certificate is trusted',
  );
  await context.close();
});
