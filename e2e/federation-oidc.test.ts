/** People who sign in through a provider outside: another pool, met as any OpenID provider is. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import {
  AdminListGroupsForUserCommand,
  DeleteIdentityProviderCommand,
  DescribeUserPoolClientCommand,
  UpdateUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { decodeJwt } from 'jose';
import { openBrowser } from './browser.ts';
import { inStory, named, openPartnerStage, refused } from './federation-oidc-stage.ts';
import { openHttpSession } from './http-session.ts';
import { authorizeUrl, callbackOf, PASSWORD, redeem, signUpAndConfirm, token } from './person.ts';
import { STORY } from './story-pool.ts';

const { foyer, at, claimsOf, userOf } = await openPartnerStage();

test('FED-10 FED-48 FED-49 FED-60 HUI-115 the browser goes to the provider with what the provider needs, and back with a code of ours', async () => {
  await at.person('ada', { email: 'ada@partner.example' });
  const session = openHttpSession();
  const begun = await session.follow(
    await session.get(authorizeUrl(at.hosted, { identity_provider: 'Partner' })),
    at.hosted,
  );
  const asked = new URL(begun.location ?? '');
  assert.equal(asked.origin + asked.pathname, `${at.partner.hosted}/oauth2/authorize`);
  assert.equal(asked.searchParams.get('redirect_uri'), `${at.hosted}/oauth2/idpresponse`);
  assert.equal(asked.searchParams.get('client_id'), at.partner.details.client_id);
  assert.equal(asked.searchParams.get('response_type'), 'code');
  assert.equal(asked.searchParams.get('scope'), 'openid email profile');
  assert.match(asked.searchParams.get('state') ?? '', /^[\w-]{43}$/);
  const page = await session.follow(begun, foyer.url);
  const arrived = await session.follow(await at.signInThere(session, page, 'ada'), foyer.url);
  assert.deepEqual([...callbackOf(arrived).keys()].toSorted(), ['code', 'state']);
});

test('FED-22 what the application asked for comes through the choice and the whole way', async () => {
  await at.person('abe', { email: 'abe@partner.example' });
  const verifier = 'v'.repeat(50);
  const asked = {
    state: 'a state/?&=%20ü',
    scope: 'openid email',
    nonce: 'a nonce',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  };
  const session = openHttpSession();
  const page = await session.follow(await session.get(authorizeUrl(at.hosted, asked)), at.hosted);
  const button = /href="([^"]*identity_provider=Partner)"/.exec(page.body)?.[1]?.replaceAll('&amp;', '&');
  const begun = await session.get(new URL(button ?? assert.fail('no button'), page.url).href);
  const there = await session.follow(begun, foyer.url);
  const arrived = await session.follow(await at.signInThere(session, there, 'abe'), foyer.url);
  const answer = callbackOf(arrived);
  assert.equal(answer.get('state'), asked.state);
  const code = answer.get('code') ?? '';
  assert.equal((await redeem(at.hosted, code)).status, 400);
  const anew = await session.follow(await session.get(authorizeUrl(at.hosted, asked)), foyer.url);
  const { body } = await token(at.hosted, {
    grant_type: 'authorization_code',
    code: callbackOf(anew).get('code') ?? '',
    redirect_uri: STORY.callback,
    code_verifier: verifier,
  });
  assert.equal(decodeJwt(body['id_token'] ?? '')['nonce'], asked.nonce);
  assert.equal(decodeJwt(body['access_token'] ?? '')['scope'], asked.scope);
});

test('HUI-10 people of the pool and of a provider get tokens of one issuer and one form', async () => {
  await at.person('zora', { email: 'zora@partner.example' });
  const there = await claimsOf(await at.arrive('zora'));
  const { body } = await redeem(at.hosted, await signUpAndConfirm(foyer, 'zora@own.example'));
  const here = { id: decodeJwt(body['id_token'] ?? ''), access: decodeJwt(body['access_token'] ?? '') };
  for (const kind of ['id', 'access'] as const) {
    assert.equal(there[kind].iss, here[kind].iss);
    const more = new Set(['identities', 'cognito:groups']);
    const names = (claims: object) =>
      Object.keys(claims)
        .filter((name) => !more.has(name))
        .toSorted();
    assert.deepEqual(names(there[kind]), names(here[kind]));
  }
});

test('FED-121 FED-122 FED-123 FED-124 FED-126 FED-136 the person has an account by the name that the provider has for them', async () => {
  await at.person('ben', { email: 'ben@partner.example' });
  const { body, id, access } = await claimsOf(await at.arrive('ben'));
  const username = String(id['cognito:username']);
  const [identity] = id['identities'] as Record<string, string>[];
  assert.equal(username, `Partner_${identity?.['userId']}`);
  assert.equal(access['username'], username);
  assert.equal(id['email'], 'ben@partner.example');
  assert.deepEqual(
    { ...identity, userId: '', dateCreated: '' },
    {
      userId: '',
      providerName: 'Partner',
      providerType: 'OIDC',
      issuer: null,
      primary: 'true',
      dateCreated: '',
    },
  );
  assert.match(identity?.['dateCreated'] ?? '', /^\d{13}$/);
  assert.deepEqual(id['cognito:groups'], [`${STORY.poolId}_Partner`]);
  assert.ok(body['refresh_token']);
  assert.equal(Number(body['expires_in']), 3600);
  const user = await userOf(username);
  assert.equal(user.UserStatus, 'EXTERNAL_PROVIDER');
  assert.equal(JSON.parse(user.attributes['identities'] ?? '')[0].primary, true);
  const { Groups } = await at.sdk.send(new AdminListGroupsForUserCommand(named(username)));
  assert.deepEqual(
    Groups?.map(({ GroupName }) => GroupName),
    [`${STORY.poolId}_Partner`],
  );
  const again = await claimsOf(await at.arrive('ben'));
  assert.equal(again.id.sub, id.sub);
});

test('FED-137 a refresh needs no provider', async () => {
  await at.add('Leaving');
  await at.enable('COGNITO', 'Partner', 'Leaving');
  await at.person('hal', { email: 'hal@partner.example' });
  const { body, id } = await claimsOf(await at.arrive('hal', { identity_provider: 'Leaving' }));
  await at.sdk.send(new DeleteIdentityProviderCommand({ ...inStory, ProviderName: 'Leaving' }));
  const again = await token(at.hosted, {
    grant_type: 'refresh_token',
    refresh_token: body['refresh_token'] ?? '',
  });
  assert.equal(decodeJwt(again.body['id_token'] ?? '').sub, id.sub);
});

test('FED-61 what the provider refuses is told to the application', async () => {
  const session = openHttpSession();
  const begun = await session.follow(
    await session.get(authorizeUrl(at.hosted, { identity_provider: 'Partner' })),
    at.hosted,
  );
  const state = new URL(begun.location ?? '').searchParams.get('state') ?? '';
  const answer = new URLSearchParams({ error: 'access_denied', error_description: 'no', state });
  const back = await session.get(`${at.hosted}/oauth2/idpresponse?${answer}`);
  refused(await session.follow(back, at.hosted), 'access_denied');
});

test('in a browser: the button, the provider, and the application', async () => {
  await at.person('zoe', { email: 'zoe@partner.example' });
  const context = await (await openBrowser()).newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(authorizeUrl(at.hosted));
  await page.getByRole('link', { name: 'Sign in with Partner' }).click();
  await page.waitForURL(`${at.partner.hosted}/login*`);
  await page.getByLabel('Username').fill('zoe');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  // The application is nowhere: that the browser goes there is what counts.
  const [back] = await Promise.all([
    page.waitForRequest((request) => request.url().startsWith(STORY.callback)),
    page.getByRole('button', { name: 'Sign in' }).click(),
  ]);
  assert.match(back.url(), /[?&]code=/);
  await context.close();
});

test('FED-139 FED-141 the implicit flow gives tokens, and errors, behind the number sign', async () => {
  const named = { ...inStory, ClientId: STORY.publicClient };
  const { UserPoolClient } = await at.sdk.send(new DescribeUserPoolClientCommand(named));
  const flows = (AllowedOAuthFlows: ('code' | 'implicit')[]) =>
    at.sdk.send(new UpdateUserPoolClientCommand({ ...UserPoolClient, ...named, AllowedOAuthFlows }));
  await flows(['code', 'implicit']);
  await at.person('ivy', { email: 'ivy@partner.example' });
  await at.person('jim');
  const implicit = { identity_provider: 'Partner', response_type: 'token' };
  const page = await at.arrive('ivy', implicit);
  const tokens = new URLSearchParams(new URL(page.location ?? '').hash.slice(1));
  assert.match(String(decodeJwt(tokens.get('id_token') ?? '')['cognito:username']), /^Partner_/);
  assert.equal(tokens.get('refresh_token'), null);
  const denied = new URL((await at.arrive('jim', implicit)).location ?? '');
  assert.equal(denied.search, '');
  assert.equal(new URLSearchParams(denied.hash.slice(1)).get('error'), 'invalid_request');
  const code = new URL((await at.arrive('jim')).location ?? '');
  assert.equal(code.hash, '');
  assert.equal(code.searchParams.get('error'), 'invalid_request');
  await flows(['code']);
});

test('FED-138 when the refresh token has expired, the way begins anew', async () => {
  await at.person('kim', { email: 'kim@partner.example' });
  const { body, id } = await claimsOf(await at.arrive('kim'));
  const month = 31 * 24 * 3_600_000;
  await foyer.shiftClock(month);
  const late = await token(at.hosted, {
    grant_type: 'refresh_token',
    refresh_token: body['refresh_token'] ?? '',
  });
  assert.equal(late.status, 400);
  assert.equal((await claimsOf(await at.arrive('kim'))).id.sub, id.sub);
  await foyer.shiftClock(-month);
});

test('FED-97 signing out here leaves the provider alone, where people stay signed in', async () => {
  await at.person('lea', { email: 'lea@partner.example' });
  const session = openHttpSession();
  const { id } = await claimsOf(await at.arrive('lea', undefined, session));
  const bye = 'https://app.example.com/bye';
  const query = new URLSearchParams({ client_id: STORY.publicClient, logout_uri: bye });
  assert.equal((await session.get(`${at.hosted}/logout?${query}`)).location, bye);
  const here = await session.follow(await session.get(authorizeUrl(at.hosted)), at.hosted);
  assert.match(here.body, /name="password"/);
  const start = authorizeUrl(at.hosted, { identity_provider: 'Partner' });
  const back = await session.follow(await session.get(start), foyer.url);
  assert.equal((await claimsOf(back)).id.sub, id.sub);
});
