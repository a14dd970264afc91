/** Attacks on the way through a provider outside: somebody else's transaction, an old one, a made-up one. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import {
  DeleteIdentityProviderCommand,
  DescribeIdentityProviderCommand,
  ListUsersCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { openFederation } from '../federation-stage.ts';
import { openHttpSession, type Page } from '../http-session.ts';
import { logged } from '../logged.ts';
import { authorizeUrl, callbackOf } from '../person.ts';
import { type Foyer, startFoyer } from '../start.ts';
import { STORY, storyPool } from '../story-pool.ts';

let foyer: Foyer;
let at: Awaited<ReturnType<typeof openFederation>>;
before(async () => {
  foyer = await startFoyer({ poolFile: storyPool() });
  at = await openFederation(foyer);
  await at.add('Partner');
  await at.add('Other');
  await at.enable('COGNITO', 'Partner', 'Other');
  await at.person('mallory', { email: 'mallory@partner.example' });
  await at.person('vera', { email: 'vera@partner.example' });
});

const inStory = { UserPoolId: STORY.poolId };

/** The person sees a page, and the log has under its number what was wrong. */
async function stopped(page: Page, why: string) {
  assert.equal(page.status, 400, `${page.status} ${page.location}`);
  assert.equal(page.location, undefined);
  assert.match(page.body, /This browser did not begin the sign-in/);
  const request = /Request ([\w-]+)/.exec(page.body)?.[1] ?? assert.fail('no request id');
  const line = await logged(foyer, request, 'an answer that belongs to no sign-in of this browser');
  assert.equal(JSON.parse(line).why, why);
}

const count = async () => (await at.sdk.send(new ListUsersCommand(inStory))).Users?.length;

test('ATK-22 FED-27 an answer that another browser earned signs nobody in, and goes on waiting for its own', async () => {
  const mallory = openHttpSession();
  const back = await at.wayBack(mallory, 'mallory');
  const before = await count();
  // A browser that has never been here; one that has a sign-in of its own under way; one that is posted to.
  await stopped(await openHttpSession().get(back.href), 'another-browser');
  const victim = openHttpSession();
  await at.toPartner(victim);
  await stopped(await victim.get(back.href), 'another-browser');
  const posted = await victim.post(`${at.hosted}/oauth2/idpresponse`, Object.fromEntries(back.searchParams), {
    origin: 'https://evil.example',
  });
  assert.equal(posted.status, 303);
  await stopped(await victim.get(posted.location ?? ''), 'another-browser');
  assert.equal(await count(), before);
  const own = await mallory.follow(await mallory.get(back.href), foyer.url);
  assert.ok(callbackOf(own).get('code'));
});

test('ATK-22 nobody can be given the cookie of a transaction from outside it', async () => {
  const session = openHttpSession();
  await at.toPartner(session);
  const cookies = await session.jar.getCookies(at.hosted);
  const [cookie, ...others] = cookies.filter(({ key }) => key.includes('-provider-'));
  assert.ok(cookie);
  assert.equal(others.length, 0);
  assert.equal(cookie.httpOnly, true);
  assert.equal(cookie.sameSite, 'lax');
  assert.equal(cookie.path, '/story');
  assert.ok(cookie.value.length >= 43);
});

test('FED-25 FED-26 a state is good once, for five minutes, as it is', async () => {
  const session = openHttpSession();
  const back = await at.wayBack(session, 'vera');
  const answered = await session.get(back.href);
  assert.equal(answered.status, 200);
  await stopped(await session.get(back.href), 'unknown-state');
  const late = await at.wayBack(session, 'vera');
  await foyer.shiftClock(5 * 60_000 + 1000);
  await stopped(await session.get(late.href), 'unknown-state');
  await foyer.shiftClock(-(5 * 60_000 + 1000));
  const altered = await at.wayBack(session, 'vera');
  const state = altered.searchParams.get('state') ?? '';
  for (const wrong of ['', `${state}x`, state.slice(1), state.toUpperCase(), 'x'.repeat(5000)]) {
    altered.searchParams.set('state', wrong);
    await stopped(await session.get(altered.href), wrong ? 'unknown-state' : 'no-state');
  }
  altered.searchParams.delete('state');
  await stopped(await session.get(altered.href), 'no-state');
  altered.searchParams.set('state', state);
  await stopped(await session.get(`${altered.href}&state=${state}`), 'nothing-kept-or-repeated-parameter');
  await stopped(await session.get(`${at.hosted}/oauth2/idpresponse`), 'no-state');
  await stopped(
    await session.get(`${at.hosted}/oauth2/idpresponse?posted=${state}`),
    'nothing-kept-or-repeated-parameter',
  );
  await stopped(await session.post(`${at.hosted}/oauth2/idpresponse`, { code: 'x' }), 'no-state');
  assert.equal((await session.get(altered.href)).status, 200);
});

test('of many who bring the same answer at the same moment one is let in', async () => {
  const session = openHttpSession();
  const back = await at.wayBack(session, 'vera');
  const pages = await Promise.all(Array.from({ length: 8 }, () => session.get(back.href)));
  assert.equal(pages.filter(({ status }) => status === 200).length, 1);
});

test('an answer posted from another site is fetched by the browser itself, with its own cookies', async () => {
  const session = openHttpSession();
  const back = await at.wayBack(session, 'vera');
  // As a browser does it: a post from elsewhere carries no lax cookies.
  const posted = await openHttpSession().post(
    `${at.hosted}/oauth2/idpresponse`,
    Object.fromEntries(back.searchParams),
    { origin: at.partner.hosted },
  );
  assert.equal(posted.status, 303);
  assert.doesNotMatch(posted.location ?? '', /code=|state=/);
  const done = await session.follow(await session.get(posted.location ?? ''), foyer.url);
  assert.ok(callbackOf(done).get('code'));
  await stopped(await session.get(posted.location ?? ''), 'nothing-kept-or-repeated-parameter');
  const large = await session.post(`${at.hosted}/oauth2/idpresponse`, {
    state: back.searchParams.get('state') ?? '',
    code: 'x'.repeat(500_000),
  });
  assert.equal(large.status, 413);
});

test('the answer of one provider is worth nothing in the transaction of another', async () => {
  const session = openHttpSession();
  const partner = await at.wayBack(session, 'mallory', { identity_provider: 'Partner' });
  const other = await at.wayBack(session, 'mallory', { identity_provider: 'Other' });
  const before = await count();
  const mixed = new URL(other);
  mixed.searchParams.set('code', partner.searchParams.get('code') ?? '');
  const page = await session.follow(await session.get(mixed.href), foyer.url);
  assert.match(callbackOf(page).get('error') ?? '', /^(invalid_request|server_error)$/);
  assert.equal(await count(), before);
});

test('ATK-39 a provider that is deleted or taken off the client lets nobody in, sign-ins under way included', async () => {
  await at.add('Brief');
  await at.enable('COGNITO', 'Partner', 'Other', 'Brief');
  const session = openHttpSession();
  const first = await at.wayBack(session, 'vera', { identity_provider: 'Brief' });
  const second = await at.wayBack(session, 'vera', { identity_provider: 'Brief' });
  const third = await at.wayBack(session, 'vera', { identity_provider: 'Brief' });
  const fourth = await at.wayBack(session, 'vera', { identity_provider: 'Brief' });
  const before = await count();
  await at.enable('COGNITO', 'Partner', 'Other');
  const denied = async (back: URL) => {
    const page = await session.follow(await session.get(back.href), foyer.url);
    assert.equal(callbackOf(page).get('error'), 'invalid_request');
    assert.equal(callbackOf(page).get('code'), null);
  };
  await denied(first);
  await at.enable('COGNITO', 'Partner', 'Other', 'Brief');
  await at.sdk.send(new DeleteIdentityProviderCommand({ ...inStory, ProviderName: 'Brief' }));
  await denied(second);
  // Made anew under the same name, enabled by nobody; and by an administrator, who means the new one.
  await at.add('Brief');
  await denied(third);
  await at.enable('COGNITO', 'Partner', 'Other', 'Brief');
  await denied(fourth);
  assert.equal(await count(), before);
});

test('FED-07 what is told to a provider is made of our own address, whatever a request calls us', async () => {
  const session = openHttpSession();
  const headers = { 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' };
  const begun = await session.get(authorizeUrl(at.hosted, { identity_provider: 'Partner' }), headers);
  const left = await session.get(begun.location ?? '', headers);
  assert.equal(
    new URL(left.location ?? '').searchParams.get('redirect_uri'),
    `${at.hosted}/oauth2/idpresponse`,
  );
});

test('a transaction of one pool means nothing in another, whichever browser brings it', async () => {
  const session = openHttpSession();
  const back = await at.wayBack(session, 'vera');
  const elsewhere = `${at.partner.hosted}/oauth2/idpresponse${back.search}`;
  await stopped(await session.get(elsewhere), 'unknown-state');
  assert.ok(callbackOf(await session.follow(await session.get(back.href), foyer.url)).get('code'));
});

test('FED-142 a provider that fails leaves the application an error, the log a cause, and nothing else', async () => {
  const { ProviderDetails } =
    (await at.sdk.send(new DescribeIdentityProviderCommand({ ...inStory, ProviderName: 'Partner' })))
      .IdentityProvider ?? {};
  const away = { ...ProviderDetails, token_url: 'http://localhost:1/token' };
  await at.add('Away', { ProviderDetails: away });
  await at.enable('COGNITO', 'Partner', 'Other', 'Away');
  const session = openHttpSession();
  const back = await at.wayBack(session, 'vera', { identity_provider: 'Away' });
  const before = await count();
  const page = await session.follow(await session.get(back.href), foyer.url);
  assert.equal(callbackOf(page).get('error'), 'invalid_request');
  assert.ok(callbackOf(page).get('error_description'));
  assert.equal(callbackOf(page).get('state'), 'a state');
  assert.equal(await count(), before);
  await logged(foyer, 'a sign-in through a provider was refused', 'Away');
  assert.ok(!foyer.log().some((text) => text.includes(at.partner.details.client_secret)));
  assert.ok(!foyer.log().some((text) => text.includes(back.searchParams.get('code') ?? 'no code')));
});
