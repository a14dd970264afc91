/** Amplify v6, unmodified, in a real browser: its page comes from one origin, and Foyer answers at another. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { openBrowser } from '../browser.ts';
import { freePort } from '../free-port.ts';
import { type MailServer, startMailServer } from '../mail-server.ts';
import { startFoyer } from '../start.ts';
import type {} from './amplify-application.ts';
import { JUDGED, judgedPool, NEW_PASSWORD, PASSWORD } from './judged-pool.ts';
import { mailedAfter } from './mailed-after.ts';
import { serveApplication } from './serve-application.ts';

const EMAIL = 'dora@example.com';

/** Amplify redirects to https only, so Foyer speaks TLS with a certificate that it makes. */
async function start(): Promise<{ mail: MailServer; page: Page; application: string }> {
  const mail = await startMailServer();
  const application = await serveApplication('amplify-application.ts');
  const port = await freePort();
  await startFoyer({
    poolFile: judgedPool(application.url),
    env: {
      FOYER_PORT: String(port),
      FOYER_PLAIN_PORT: String(await freePort()),
      FOYER_PUBLIC_URL: `https://localhost:${port}`,
      FOYER_TLS: 'self-signed',
      FOYER_SMTP_URL: mail.url,
    },
  });
  application.tell({
    poolId: JUDGED.poolId,
    clientId: JUDGED.app,
    foyer: `https://localhost:${port}`,
    domain: `localhost:${port}/${JUDGED.domain}`,
    callback: application.url,
  });
  const context = await (await openBrowser()).newContext({ ignoreHTTPSErrors: true });
  const page = await context.newPage();
  await page.goto(application.url);
  return { mail, page, application: application.url };
}

const signIn = (page: Page, password: string, authFlowType?: 'USER_PASSWORD_AUTH' | 'USER_AUTH') =>
  page.evaluate(
    async ([username, password, authFlowType]) => {
      const { nextStep } = await globalThis.amplify.signIn({
        username,
        password,
        options: { ...(authFlowType ? { authFlowType, preferredChallenge: 'PASSWORD_SRP' } : {}) },
      });
      return nextStep.signInStep;
    },
    [EMAIL, password, authFlowType] as const,
  );

const signOut = (page: Page, global: boolean) =>
  page.evaluate((global) => globalThis.amplify.signOut({ global }), global);

test('Amplify signs up, signs in by SRP, by password and by choice, and manages the account', async () => {
  const { mail, page } = await start();
  const step = await page.evaluate(
    async ([password, email]) => {
      const { nextStep } = await globalThis.amplify.signUp({
        username: 'dora',
        password,
        options: { userAttributes: { email } },
      });
      return nextStep.signUpStep;
    },
    [PASSWORD, EMAIL] as const,
  );
  assert.equal(step, 'CONFIRM_SIGN_UP');
  const confirmationCode = mail.codeFor(EMAIL) ?? '';
  await page.evaluate(
    (code) => globalThis.amplify.confirmSignUp({ username: 'dora', confirmationCode: code }),
    confirmationCode,
  );

  await assert.rejects(signIn(page, `${PASSWORD}?`), /Incorrect username or password/);
  for (const flow of [undefined, 'USER_PASSWORD_AUTH', 'USER_AUTH'] as const) {
    assert.equal(await signIn(page, PASSWORD, flow), 'DONE', flow);
    const user = await page.evaluate(() => globalThis.amplify.getCurrentUser());
    assert.equal(user.username, 'dora');
    await signOut(page, false);
  }

  await signIn(page, PASSWORD);
  await page.evaluate(() =>
    globalThis.amplify.updateUserAttribute({ userAttribute: { attributeKey: 'name', value: 'Dora' } }),
  );
  const attributes = await page.evaluate(() => globalThis.amplify.fetchUserAttributes());
  assert.deepEqual([attributes.name, attributes.email_verified], ['Dora', 'true']);
  const [first, second] = await page.evaluate(async () => {
    const before = (await globalThis.amplify.fetchAuthSession()).tokens?.accessToken.toString();
    return [
      before,
      (await globalThis.amplify.fetchAuthSession({ forceRefresh: true })).tokens?.accessToken.toString(),
    ];
  });
  assert.ok(first && second && first !== second, 'a refresh gives other tokens');
  await page.evaluate(
    ([oldPassword, newPassword]) => globalThis.amplify.updatePassword({ oldPassword, newPassword }),
    [PASSWORD, NEW_PASSWORD] as const,
  );
  await signOut(page, true);

  const reset = await mailedAfter(mail, EMAIL, () =>
    page.evaluate(() => globalThis.amplify.resetPassword({ username: 'dora' })),
  );
  await page.evaluate(
    ([confirmationCode, newPassword]) =>
      globalThis.amplify.confirmResetPassword({ username: 'dora', confirmationCode, newPassword }),
    [reset, PASSWORD] as const,
  );
  await signIn(page, PASSWORD);
  await page.evaluate(() => globalThis.amplify.deleteUser());
  await assert.rejects(signIn(page, PASSWORD), /Incorrect username or password/);
});

test('Amplify redirects to the hosted page and comes back signed in', async () => {
  const { mail, page, application } = await start();
  await page.evaluate(
    ([password, email]) =>
      globalThis.amplify.signUp({ username: 'dora', password, options: { userAttributes: { email } } }),
    [PASSWORD, EMAIL] as const,
  );
  const confirmationCode = mail.codeFor(EMAIL) ?? '';
  await page.evaluate(
    (code) => globalThis.amplify.confirmSignUp({ username: 'dora', confirmationCode: code }),
    confirmationCode,
  );
  await page.evaluate(() => void globalThis.amplify.signInWithRedirect());
  await page.getByLabel('Username').fill('dora');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  // Amplify turns the code that the browser came back with into tokens.
  await page.waitForURL((url) => url.href.startsWith(application) && !url.search);
  const user = await page.evaluate(() => globalThis.amplify.getCurrentUser());
  assert.equal(user.username, 'dora');
  const attributes = await page.evaluate(() => globalThis.amplify.fetchUserAttributes());
  assert.equal(attributes.email, EMAIL);
});
