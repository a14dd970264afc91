/** Consent, and answers that come as a form, in a browser. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, test } from 'node:test';
import type { BrowserContext, Page } from 'playwright-core';
import { openContext } from './pages/application.ts';
import { assertFits, assertNoGraveFaults, focused } from './pages/for-everybody.ts';
import { authorizeUrl, hostedAt, PASSWORD, poolFileUser } from './person.ts';
import { startFoyer } from './start.ts';
import { STORY, storyPool } from './story-pool.ts';

/** What was posted to the application, and from where. */
const posted: { path: string; origin?: string | undefined; fields: Record<string, string> }[] = [];
const application = createServer(async (request, response) => {
  if (request.method === 'POST')
    posted.push({
      path: request.url ?? '',
      origin: request.headers.origin,
      fields: Object.fromEntries(new URLSearchParams(await text(request))),
    });
  response.writeHead(200, { 'content-type': 'text/html' }).end('<title>The application</title>');
}).listen(0, '127.0.0.1');
await once(application, 'listening');
after(() => {
  application.closeAllConnections();
  application.close();
});
const site = `http://localhost:${(application.address() as AddressInfo).port}`;
const callback = `${site}/cb`;
/** Everything that an address may have and HTML or a policy could trip over. */
const ODD = `${site}/c'b;x,y/%22?a='"&b=<x>`;

const maria = poolFileUser('maria');
const file = storyPool({ users: [maria, poolFileUser('nora')] });
const [pool] = file.pools;
const web = pool?.clients.find(({ id }) => id === STORY.webClient);
const open = pool?.clients.find(({ id }) => id === STORY.publicClient);
assert.ok(pool && web && open);
Object.assign(pool.settings, { UserPoolTags: { 'foyer:profile': 'openid' } });
for (const client of [web, open])
  Object.assign(client.settings, {
    CallbackURLs: [callback, encodeURI(ODD).replaceAll('%2522', '%22')],
    AllowedOAuthFlows: ['code', 'implicit'],
    AllowedOAuthScopes: ['openid', 'email', 'profile', 'aws.cognito.signin.user.admin', 'orders/read'],
  });
Object.assign(web, {
  OpenId: {
    features: ['par'],
    consent: true,
    client_name: 'Photo “Prints” & <b>Co</b>',
    logo_uri: 'https://app.example.com/logo;1,2.png?x=1',
    policy_uri: 'https://app.example.com/privacy',
    tos_uri: 'https://app.example.com/terms',
  },
});
const foyer = await startFoyer({ poolFile: file });
const hosted = hostedAt(foyer);
const PROTECTED = {
  code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  code_challenge_method: 'S256',
};

const asking = (client_id: string, extra: Record<string, string> = {}) =>
  authorizeUrl(hosted, {
    client_id,
    redirect_uri: callback,
    scope: 'openid',
    nonce: 'n',
    ...PROTECTED,
    ...extra,
  });

async function signIn(page: Page, url: string, email = maria.username): Promise<void> {
  await page.goto(url);
  await page.getByLabel('Email address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

async function inBrowser(
  options: Parameters<typeof openContext>[0],
  story: (page: Page, context: BrowserContext) => Promise<void>,
): Promise<void> {
  const context = await openContext(options);
  await story(await context.newPage(), context);
  await context.close();
}

const back = async (page: Page) => {
  await page.waitForURL((url) => url.href.startsWith(site));
  return new URL(page.url()).searchParams;
};

test('OID-70 OID-71 OID-74 the page says who asks and for what, and is asked once', async () => {
  await inBrowser({ viewport: { width: 320, height: 640 } }, async (page) => {
    const scope = 'openid email profile orders/read aws.cognito.signin.user.admin';
    const claims = JSON.stringify({ userinfo: { given_name: null } });
    const url = asking(STORY.webClient, { scope, claims, state: 'one' });
    // The picture of an application that nobody can reach from here.
    await page.route('https://app.example.com/**', (route) => route.fulfill({ status: 404 }));
    const pictures: string[] = [];
    page.on('request', (request) => request.resourceType() === 'image' && pictures.push(request.url()));
    await signIn(page, url);
    await page
      .getByRole('heading', { name: 'Allow Photo “Prints” & <b>Co</b> to use your account?' })
      .waitFor();
    const shown = await page.locator('main').innerText();
    for (const words of [
      'You are signed in as maria@example.com.',
      'know which account you have here',
      'see your email address',
      'see your profile, such as your name, picture and language',
      'do this: See orders',
      'see and change your account',
      'see this of you: First name',
      `Either way you go back to ${new URL(site).host}.`,
    ])
      assert.ok(shown.includes(words), `${words} in: ${shown}`);
    for (const [name, href] of [
      ['Privacy policy of Photo', 'https://app.example.com/privacy'],
      ['Terms of Photo', 'https://app.example.com/terms'],
    ] as const)
      assert.equal(await page.getByRole('link', { name }).getAttribute('href'), href);
    assert.ok(
      pictures.includes('https://app.example.com/logo;1,2.png?x=1'),
      'the policy lets the picture pass',
    );
    await assertNoGraveFaults(page);
    await assertFits(page, 320);
    for (
      let presses = 0;
      presses < 8 && (await focused(page).catch(() => undefined))?.name !== 'Allow';
      presses++
    )
      await page.keyboard.press('Tab');
    assert.match((await focused(page)).outline, /^solid 3px/);
    await page.keyboard.press('Enter');
    assert.equal((await back(page)).get('state'), 'one');
    await page.goto(asking(STORY.webClient, { scope, state: 'two' }));
    assert.equal((await back(page)).get('state'), 'two');
  });
});

test('OID-72 OID-74 without script the page works, and somebody else can be chosen', async () => {
  await inBrowser({ javaScriptEnabled: false }, async (page) => {
    await signIn(page, asking(STORY.webClient, { state: 's' }));
    await page.getByRole('link', { name: 'Use another account' }).click();
    await page.getByLabel('Email address').fill('nora@example.com');
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('You are signed in as nora@example.com.').waitFor();
    await page.getByRole('button', { name: 'Do not allow' }).click();
    const answer = await back(page);
    assert.deepEqual([answer.get('error'), answer.get('state')], ['access_denied', 's']);
  });
});

test('OID-73 OID-75 ATK-44 signing in leads back to the question, and a made-up form is no answer', async () => {
  await inBrowser({}, async (page, context) => {
    await signIn(page, asking(STORY.webClient));
    const consent = page.url();
    assert.match(consent, /\/consent\?/);
    await signIn(page, consent.replace('/consent?', '/login?'));
    await page.getByRole('button', { name: 'Allow', exact: true }).waitFor();
    await page.goto(consent);
    await page.getByRole('heading', { name: 'This page has expired' }).waitFor();
    await page.goto(asking(STORY.webClient));
    const open = page.url();
    const forged = await context.request.post(open, { form: { answer: 'allow' }, maxRedirects: 0 });
    assert.equal(forged.status(), 403);
    const token = await page.locator('input[name=_csrf]').inputValue();
    const odd = await context.request.post(open, {
      form: { answer: 'Allow', _csrf: token },
      maxRedirects: 0,
    });
    assert.equal(odd.status(), 302, 'whatever is not allowed is refused');
    await page.goto(odd.headers()['location'] ?? '');
    assert.equal((await back(page)).get('error'), 'access_denied');

    await page.goto(asking(STORY.publicClient, { prompt: 'login' }));
    await page.goto(page.url().replace('/login?', '/consent?'));
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
  });
});

test('OID-15 OID-16 an answer is posted by itself, from where it comes, to nowhere else', async () => {
  for (const [response_type, redirect_uri] of [
    ['code', callback],
    ['code id_token token', callback],
    ['id_token', encodeURI(ODD).replaceAll('%2522', '%22')],
  ] as const)
    await inBrowser({}, async (page) => {
      posted.length = 0;
      const complaints: string[] = [];
      page.on('console', (message) => complaints.push(message.text()));
      await signIn(
        page,
        asking(STORY.publicClient, {
          response_type,
          response_mode: 'form_post',
          redirect_uri,
          state: `"'><x>&`,
        }),
      );
      await page.waitForURL((url) => url.href.startsWith(site));
      assert.deepEqual(complaints, []);
      assert.equal(posted.length, 1);
      const [{ path, origin, fields } = { path: '', fields: {} as Record<string, string> }] = posted;
      assert.equal(site + path, new URL(redirect_uri).href);
      assert.equal(origin, foyer.url);
      assert.equal(fields['state'], `"'><x>&`);
      for (const part of response_type.split(' '))
        assert.ok(fields[part === 'token' ? 'access_token' : part], part);
    });
});

test('OID-16 without script a button posts it; the page is kept by nobody', async () => {
  await inBrowser({ javaScriptEnabled: false, viewport: { width: 320, height: 640 } }, async (page) => {
    posted.length = 0;
    const answered = page.waitForResponse((response) => /\/oauth2\/authorize\/[^/]+$/.test(response.url()));
    await signIn(page, asking(STORY.publicClient, { response_mode: 'form_post' }));
    const headers = (await answered).headers();
    const policy = headers['content-security-policy'] ?? '';
    assert.match(policy, new RegExp(`form-action ${callback}(;|$)`));
    assert.doesNotMatch(policy, /unsafe|form-action[^;]*self/);
    assert.match(headers['cache-control'] ?? '', /no-store/);
    assert.equal(headers['x-frame-options'], 'DENY');
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.waitForURL((url) => url.href.startsWith(site));
    assert.ok(posted[0]?.fields['code']);
    posted.length = 0;
    await page.goto(asking(STORY.publicClient, { response_mode: 'form_post', prompt: 'none', max_age: '0' }));
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.waitForURL((url) => url.href.startsWith(site));
    assert.equal(posted[0]?.fields['error'], 'login_required');
  });
});

test('OID-1 one document is at each address of discovery', async () => {
  const at = (path: string) => fetch(foyer.url + path).then((answer) => answer.json());
  const document = (await at(`/${STORY.poolId}/.well-known/openid-configuration`)) as Record<string, string>;
  assert.equal(document['issuer'], `${foyer.url}/${STORY.poolId}`);
  for (const path of [
    `/.well-known/openid-configuration/${STORY.poolId}`,
    `/.well-known/oauth-authorization-server/${STORY.poolId}`,
    `/${STORY.poolId}/.well-known/oauth-authorization-server`,
  ])
    assert.deepEqual(await at(path), document, path);
  for (const [name, url] of Object.entries(document))
    if (/_endpoint$|^jwks_uri$/.test(name))
      assert.notEqual((await fetch(url, { redirect: 'manual' })).status, 404, name);
});

test('OID-22 OID-8 OID-64 the error page says in words what an application cannot be told', async () => {
  const told = async (given: Record<string, string>) => {
    const answer = await fetch(`${hosted}/oauth2/authorize?${new URLSearchParams(given)}`);
    return { status: answer.status, text: await answer.text() };
  };
  const client_id = STORY.publicClient;
  const pushed = 'urn:ietf:params:oauth:request_uri:gone';
  for (const [error, words, given] of [
    ['invalid_client', 'not known here', { client_id: 'nobody' }],
    ['invalid_request', 'missing from the request', { client_id }],
    ['invalid_redirect_uri', 'not one that this application has registered', { redirect_uri: `${site}/x` }],
    ['request_uri_not_supported', 'nothing is read from there', { request_uri: `${site}/object` }],
    ['invalid_request_object', 'not signed by it', { request: 'x' }],
    ['invalid_request_uri', 'has waited too long', { client_id: STORY.webClient, request_uri: pushed }],
  ] as const) {
    const { status, text } = await told({ client_id, response_type: 'code', scope: 'openid', ...given });
    assert.equal(status, 400, error);
    assert.match(text, new RegExp(words), error);
    assert.match(text, new RegExp(`Error: ${error}<`), error);
  }
});
