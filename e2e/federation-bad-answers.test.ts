/**
 * Providers that answer something else than they should, and people who arrive twice at once: what the application is
 * told, what the log has under the number of the request, and who has an account afterwards.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  InvalidParameterException,
  ListIdentityProvidersCommand,
  ListUsersCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { decodeJwt, type JWTPayload } from 'jose';
import { openAmazon } from '#federation/testing/amazon.ts';
import type { LocalVendor, Reply } from '#federation/testing/local-vendor.ts';
import { type OpenIdVendor, openOpenIdVendor } from '#federation/testing/openid-vendor.ts';
import { inStory, toldNo } from './federation-saml-stage.ts';
import { openFederation, type Texts } from './federation-stage.ts';
import { type HttpSession, openHttpSession, type Page } from './http-session.ts';
import { logged } from './logged.ts';
import { authorizeUrl, callbackOf, redeem } from './person.ts';
import { type Foyer, startFoyer } from './start.ts';
import { storyPool } from './story-pool.ts';

const SECRET = 'a-secret-of-at-least-thirty-two-characters';
let foyer: Foyer;
let at: Awaited<ReturnType<typeof openFederation>>;
let corp: OpenIdVendor;
let amazon: LocalVendor;
before(async () => {
  foyer = await startFoyer({ poolFile: storyPool() });
  at = await openFederation(foyer);
  const callbackUrl = `${at.hosted}/oauth2/idpresponse`;
  corp = await openOpenIdVendor({ clientId: 'app-1', clientSecret: SECRET, callbackUrl, alg: 'ES256' });
  amazon = await openAmazon({ id: 'app-1', secret: SECRET, callbackUrl });
  const endpoints = {
    LoginWithAmazon: {
      authorize_url: `${amazon.base}/ap/oa`,
      token_url: `${amazon.base}/auth/o2/token`,
      tokeninfo_url: `${amazon.base}/auth/o2/tokeninfo`,
      attributes_url: `${amazon.base}/user/profile`,
    },
    GitHub: { authorize_url: 'nowhere' },
  };
  await foyer.restart({ FOYER_PROVIDER_ENDPOINTS: JSON.stringify(endpoints) });
  await at.add('Corp', { ProviderDetails: details() });
  const { oidc_issuer: _, ...credentials } = details();
  await at.add('LoginWithAmazon', { ProviderType: 'LoginWithAmazon', ProviderDetails: credentials });
  await at.add('GitHub', { ProviderDetails: { ...credentials, oidc_issuer: 'https://github.com' } });
  await at.enable('COGNITO', 'Corp', 'LoginWithAmazon', 'GitHub');
});
after(() => Promise.all([corp, amazon].map((vendor) => vendor?.close())));

const details = (): Texts => ({
  client_id: 'app-1',
  client_secret: SECRET,
  authorize_scopes: 'openid email',
  oidc_issuer: corp.base,
});
const people = async () => (await at.sdk.send(new ListUsersCommand(inStory))).Users ?? [];

/** As far as the way back from the vendor, which is not gone yet. */
async function wayBack(who: string, provider = 'Corp', session = openHttpSession()): Promise<string> {
  const start = await session.get(authorizeUrl(at.hosted, { identity_provider: provider }));
  const { location = '' } = await session.follow(start, foyer.url);
  return (await session.get(location, { 'x-person': who })).location ?? assert.fail(location);
}

interface Arrived {
  /** Where the application is answered. */
  page: Page;
  /** The number of the request that brought the provider's answer. */
  request: string;
}

async function comeBack(session: HttpSession, way: string): Promise<Arrived> {
  const back = await session.get(way);
  return {
    page: await session.follow(back, foyer.url),
    request: back.headers.get('x-request-id') ?? assert.fail('no number'),
  };
}

async function arrive(who: string, provider = 'Corp'): Promise<Arrived> {
  const session = openHttpSession();
  return comeBack(session, await wayBack(who, provider, session));
}

/** The line of the log about this very request. */
async function causeOf(request: string, text = 'a sign-in through a provider was refused') {
  return JSON.parse(await logged(foyer, request, text));
}

const NONSENSE: Record<string, Reply> = {
  'a page': { body: '<h1>Under maintenance</h1>' },
  'an error': { status: 500, body: '<h1>Oops</h1>' },
  'a redirect to itself': { status: 302, headers: { location: '?again' } },
  '100 MB': { bytes: 100 * 1024 * 1024 },
  'half an answer': { cut: true },
  'a list': { json: [] },
  'nothing in it': { json: {} },
};

const REPEATS = { status: 400, json: { error: 'invalid_client', error_description: `not ${SECRET}` } };
const BAD: [path: string, what: string, reply: Reply][] = [
  ['/token', 'an error that repeats the secret', REPEATS],
  ...['/token', '/jwks', '/userinfo'].flatMap((path) =>
    Object.entries(NONSENSE).map(([what, reply]): [string, string, Reply] => [path, what, reply]),
  ),
];
const NAMED: Record<string, RegExp> = {
  '/token': /token endpoint/,
  '/jwks': /jwks uri|ID token/,
  '/userinfo': /userinfo endpoint|user info/,
};

test('FED-140 FED-142 whatever a provider sends in place of tokens, keys or claims, nobody is signed in and the cause is known', async () => {
  const before = (await people()).length;
  for (const [made, [path, what, reply]] of BAD.entries()) {
    // Keys are remembered by their address: each time it is one that was never asked.
    const name = `Nonsense${made}`;
    const four = {
      authorize_url: `${corp.base}/authorize`,
      token_url: `${corp.base}/token`,
      attributes_url: `${corp.base}/userinfo`,
      jwks_uri: `${corp.base}/jwks?${made}`,
    };
    await at.add(name, { ProviderDetails: { ...details(), ...four } });
    await at.enable('COGNITO', 'Corp', 'LoginWithAmazon', 'GitHub', name);
    corp.broken.set(path, reply);
    const { page, request } = await arrive('maria', name);
    corp.broken.delete(path);
    const error = callbackOf(page).get('error') ?? '';
    assert.match(error, /^(invalid_request|server_error)$/, `${path} ${what}`);
    assert.ok(toldNo(page, error), `${path} ${what}`);
    const { reason, why, provider } = await causeOf(request);
    assert.match(reason, /^provider-(refused|invalid-answer|unreachable|not-verified)$/, `${path} ${what}`);
    assert.match(why, NAMED[path] ?? /never/, `${path} ${what}`);
    assert.equal(provider, name);
  }
  assert.equal((await people()).length, before);
  assert.ok(!foyer.log().some((line) => line.includes(SECRET) || line.includes('access-')));
});

test('FED-42 whatever is published in place of a discovery document, no provider is made of it', async () => {
  const discovery = '/.well-known/openid-configuration';
  const foreign = { ...NONSENSE, 'of another issuer': { json: { issuer: 'https://idp.example.com' } } };
  for (const [what, reply] of Object.entries(foreign)) {
    corp.broken.set(discovery, reply);
    await assert.rejects(at.add('Wrong', { ProviderDetails: details() }), (error) => {
      assert.ok(error instanceof InvalidParameterException, `${what}: ${error}`);
      assert.match(error.message, /openid-configuration gives no endpoints/, what);
      assert.ok(!error.message.includes(SECRET) && error.message.length < 500, what);
      return true;
    });
  }
  corp.broken.delete(discovery);
  const { Providers } = await at.sdk.send(new ListIdentityProvidersCommand(inStory));
  assert.ok(!Providers?.some(({ ProviderName }) => ProviderName === 'Wrong'));
});

test("another person's code, token or claims sign nobody in", async () => {
  const before = (await people()).length;
  const session = openHttpSession();
  const mine = new URL(await wayBack('maria', 'Corp', session));
  const theirs = new URL(await wayBack('otto'));
  mine.searchParams.set('code', theirs.searchParams.get('code') ?? '');
  const refused = async ({ page, request }: Arrived, why: RegExp) => {
    toldNo(page);
    assert.match((await causeOf(request)).why, why);
  };
  await refused(await comeBack(session, mine.href), /nonce/);
  const other = (plain: JWTPayload) => ({ json: { ...plain, sub: '10157004' } });
  corp.forge.userInfo = other;
  const claims = await arrive('maria');
  corp.forge.userInfo = undefined;
  await refused(claims, /another person/);
  amazon.broken.set('/auth/o2/tokeninfo', {
    json: { aud: 'another-application', user_id: 'amzn1.account.x' },
  });
  const token = await arrive('maria', 'LoginWithAmazon');
  amazon.broken.clear();
  await refused(token, /another client/);
  assert.equal((await people()).length, before);
});

test('FED-143 what nobody thought of is told to the application, on the way there and on the way back', async () => {
  const session = openHttpSession();
  const start = await session.get(authorizeUrl(at.hosted, { identity_provider: 'GitHub' }));
  const left = await session.get(start.location ?? '');
  assert.equal(toldNo(await session.follow(left, foyer.url)), 'Exception processing authorization code');
  const failed = 'a sign-in through a provider failed';
  assert.match(
    JSON.stringify(await causeOf(left.headers.get('x-request-id') ?? 'none', failed)),
    /Invalid URL/,
  );
  // Half of a character, which no address can carry.
  amazon.broken.set('/auth/o2/token', { json: { access_token: '\ud800', token_type: 'bearer' } });
  const back = await arrive('otto', 'LoginWithAmazon');
  amazon.broken.clear();
  assert.equal(toldNo(back.page), 'Exception processing authorization code');
  assert.match(JSON.stringify(await causeOf(back.request, failed)), /URI malformed/);
});

/** Holds the vendor's answer back until so many wait for it. */
function together(count: number): void {
  const { promise, resolve } = Promise.withResolvers<void>();
  let waiting = 0;
  corp.forge.token = async (claims) => {
    waiting += 1;
    if (waiting === count) resolve();
    await promise;
    return corp.sign(claims);
  };
}

test('FED-121 the first visit of somebody in two browsers at once is one account', async () => {
  const windows = [openHttpSession(), openHttpSession(), openHttpSession()];
  const ways = await Promise.all(windows.map((session) => wayBack('otto', 'Corp', session)));
  together(windows.length);
  const arrived = await Promise.all(windows.map((session, i) => comeBack(session, ways[i] ?? '')));
  corp.forge.token = undefined;
  const codes = arrived.map(({ page }) => callbackOf(page).get('code') ?? assert.fail(page.location));
  const answers = await Promise.all(codes.map((code) => redeem(at.hosted, code)));
  assert.equal(new Set(answers.map(({ body }) => decodeJwt(body['id_token'] ?? '').sub)).size, 1);
  assert.equal((await people()).filter(({ Username }) => Username === 'Corp_10157004').length, 1);
});

test('of two answers to one request of an application at the same moment one signs in, and the other is a page', async () => {
  const session = openHttpSession();
  const start = await session.get(authorizeUrl(at.hosted, { identity_provider: 'Corp' }));
  // The same address twice: the page was opened again in another window.
  const back = async () => {
    const { location = '' } = await session.get(start.location ?? '');
    return (await session.get(location, { 'x-person': 'maria' })).location ?? '';
  };
  const ways = [await back(), await back()];
  together(2);
  const pages = await Promise.all(ways.map((way) => session.get(way)));
  corp.forge.token = undefined;
  const [done, ended] = pages.toSorted((a, b) => a.status - b.status);
  assert.ok(done && callbackOf(await session.follow(done, foyer.url)).get('code'));
  assert.equal(ended?.status, 400);
  assert.match(ended?.body ?? '', /This sign-in has ended already/);
  assert.match(ended?.body ?? '', /Request [\w-]+/);
});
