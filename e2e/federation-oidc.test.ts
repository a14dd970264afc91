/**
 * People who sign in through a provider outside: another pool, met as any OpenID provider is. Without a screen, and once
 * with one.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { before, test } from 'node:test';
import {
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminDisableProviderForUserCommand,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminGetUserCommand,
  AdminInitiateAuthCommand,
  AdminLinkProviderForUserCommand,
  AdminListGroupsForUserCommand,
  AdminSetUserPasswordCommand,
  AdminUpdateUserAttributesCommand,
  CreateUserPoolClientCommand,
  DeleteIdentityProviderCommand,
  DescribeIdentityProviderCommand,
  DescribeUserPoolClientCommand,
  ForgotPasswordCommand,
  InitiateAuthCommand,
  ListIdentityProvidersCommand,
  ListUsersCommand,
  NotAuthorizedException,
  UpdateIdentityProviderCommand,
  UpdateUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { decodeJwt } from 'jose';
import { openBrowser } from './browser.ts';
import { openFederation } from './federation-stage.ts';
import { openHttpSession, type Page } from './http-session.ts';
import { authorizeUrl, callbackOf, PASSWORD, redeem, signUpAndConfirm, token } from './person.ts';
import { type Foyer, startFoyer } from './start.ts';
import { STORY, storyPool } from './story-pool.ts';

let foyer: Foyer;
let at: Awaited<ReturnType<typeof openFederation>>;
before(async () => {
  foyer = await startFoyer({ poolFile: storyPool() });
  at = await openFederation(foyer);
  await at.add('Partner');
  await at.enable('COGNITO', 'Partner');
});

const inStory = { UserPoolId: STORY.poolId };
const named = (Username: string) => ({ ...inStory, Username });

/** What the application learns of the person who arrived. */
async function claimsOf(page: Page) {
  const code = callbackOf(page).get('code') ?? assert.fail(page.location);
  const { body } = await redeem(at.hosted, code);
  return { body, id: decodeJwt(body['id_token'] ?? ''), access: decodeJwt(body['access_token'] ?? '') };
}

async function userOf(Username: string) {
  const { UserAttributes = [], ...user } = await at.sdk.send(new AdminGetUserCommand(named(Username)));
  return { ...user, attributes: Object.fromEntries(UserAttributes.map(({ Name, Value }) => [Name, Value])) };
}

const refused = (page: Page, error: string) => {
  const answer = callbackOf(page);
  assert.equal(answer.get('error'), error, page.location);
  assert.equal(answer.get('state'), 'a state');
  assert.equal(answer.get('code'), null);
  return answer.get('error_description') ?? '';
};

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

test('FED-09 FED-13 FED-144 vendors have their buttons, and are gone to straight when they are asked for', async () => {
  const vendors = [
    ['Google', 'Sign in with Google', 'https://accounts.google.com/o/oauth2/v2/auth'],
    ['Facebook', 'Continue with Facebook', 'https://www.facebook.com/'],
    ['LoginWithAmazon', 'Login with Amazon', 'https://www.amazon.com/ap/oa'],
  ] as const;
  const details = { client_id: 'ours', client_secret: 'a-secret-of-theirs', authorize_scopes: 'profile' };
  for (const [name] of vendors)
    await at.add(name, { ProviderType: name, ProviderDetails: details, AttributeMapping: {} });
  await at.enable('COGNITO', ...vendors.map(([name]) => name));
  const session = openHttpSession();
  const page = await session.follow(await session.get(authorizeUrl(at.hosted)), at.hosted);
  assert.doesNotMatch(page.body, /Partner/);
  for (const [name, label, address] of vendors) {
    assert.ok(page.body.includes(`<span>${label}</span>`), name);
    const begun = await session.follow(
      await session.get(authorizeUrl(at.hosted, { identity_provider: name })),
      at.hosted,
    );
    assert.ok(begun.location?.startsWith(address), begun.location);
    const asked = new URL(begun.location ?? '').searchParams;
    assert.equal(asked.get('client_id'), 'ours');
    assert.equal(asked.get('redirect_uri'), `${at.hosted}/oauth2/idpresponse`);
    const named = { ...inStory, ProviderName: name };
    const { IdentityProvider } = await at.sdk.send(new DescribeIdentityProviderCommand(named));
    assert.equal(IdentityProvider?.ProviderType, name);
    assert.equal(IdentityProvider?.ProviderDetails?.['client_secret'], details.client_secret);
    await at.sdk.send(new UpdateIdentityProviderCommand({ ...named, AttributeMapping: { email: 'email' } }));
    await at.sdk.send(new DeleteIdentityProviderCommand(named));
  }
  const { Providers } = await at.sdk.send(new ListIdentityProvidersCommand(inStory));
  assert.ok(!Providers?.some(({ ProviderName }) => vendors.some(([name]) => name === ProviderName)));
  await at.enable('COGNITO', 'Partner');
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

test('FED-110 FED-111 FED-114 FED-115 FED-116 FED-117 what is mapped is written anew each time, and nothing else', async () => {
  await at.add('Mapped', { AttributeMapping: { email: 'email', nickname: 'nickname', name: 'name' } });
  await at.enable('COGNITO', 'Partner', 'Mapped');
  await at.person('cleo', { email: 'cleo@partner.example', name: 'Cleo', family_name: 'Not mapped' });
  const arrive = async () => (await claimsOf(await at.arrive('cleo', { identity_provider: 'Mapped' }))).id;
  const username = String((await arrive())['cognito:username']);
  const first = (await userOf(username)).attributes;
  assert.equal(first['name'], 'Cleo');
  assert.equal(first['email_verified'], 'false');
  assert.equal(first['family_name'], undefined);
  const local = [
    { Name: 'name', Value: 'Edited here' },
    { Name: 'nickname', Value: 'Kept' },
    { Name: 'email_verified', Value: 'true' },
  ];
  await at.sdk.send(new AdminUpdateUserAttributesCommand({ ...named(username), UserAttributes: local }));
  await at.change('cleo', { email: 'cleo@new.example' });
  await arrive();
  const second = (await userOf(username)).attributes;
  assert.equal(second['name'], 'Cleo');
  assert.equal(second['nickname'], 'Kept');
  assert.equal(second['email'], 'cleo@new.example');
  assert.equal(second['email_verified'], 'false');
  const mapping = { email: 'email', email_verified: 'email_verified', family_name: 'family_name' };
  await at.sdk.send(
    new UpdateIdentityProviderCommand({ ...inStory, ProviderName: 'Mapped', AttributeMapping: mapping }),
  );
  await at.change('cleo', { email_verified: 'true', name: 'Not mapped any more' });
  await arrive();
  const third = (await userOf(username)).attributes;
  assert.equal(third['email_verified'], 'true');
  assert.equal(third['family_name'], 'Not mapped');
  assert.equal(third['name'], 'Cleo');
});

test('FED-106 FED-107 FED-140 without what the pool requires there is no account, and the application is told', async () => {
  await at.add('Unmapped', { AttributeMapping: {} });
  await at.enable('COGNITO', 'Partner', 'Unmapped');
  await at.person('dora');
  const before = (await at.sdk.send(new ListUsersCommand(inStory))).Users?.length;
  for (const identity_provider of ['Partner', 'Unmapped'])
    assert.equal(
      refused(await at.arrive('dora', { identity_provider }), 'invalid_request'),
      'attributes required: [email]',
    );
  assert.equal((await at.sdk.send(new ListUsersCommand(inStory))).Users?.length, before);
});

test('ATK-29 ATK-30 FED-127 the same e-mail address is three people, and nobody reaches the account of another', async () => {
  const email = 'victim@example.com';
  const victim = [
    { Name: 'email', Value: email },
    { Name: 'email_verified', Value: 'true' },
  ];
  await at.sdk.send(
    new AdminCreateUserCommand({ ...named(email), UserAttributes: victim, MessageAction: 'SUPPRESS' }),
  );
  await at.sdk.send(
    new AdminSetUserPasswordCommand({ ...named(email), Password: PASSWORD, Permanent: true }),
  );
  const { Username: own, attributes } = await userOf(email);
  await at.add('Claims', {
    AttributeMapping: { email: 'email', email_verified: 'email_verified', preferred_username: 'name' },
  });
  await at.enable('COGNITO', 'Partner', 'Claims');
  await at.person('mallory', { email, email_verified: 'true', name: email });
  for (const identity_provider of ['Partner', 'Claims']) {
    const { id } = await claimsOf(await at.arrive('mallory', { identity_provider }));
    assert.equal(id['email'], email);
    assert.notEqual(id.sub, attributes['sub']);
    assert.match(String(id['cognito:username']), new RegExp(`^${identity_provider}_`));
  }
  // The address still leads to its owner: to sign in, and for whoever asks about it.
  assert.equal((await userOf(email)).Username, own);
  const session = openHttpSession();
  const page = await session.follow(await session.get(authorizeUrl(at.hosted)), at.hosted);
  const local = await session.follow(
    await session.submit(page, { username: email, password: PASSWORD }, /password/),
    at.hosted,
  );
  assert.equal((await claimsOf(local)).id.sub, attributes['sub']);
});

test('FED-128 FED-129 a disabled person is refused and not changed; a deleted one begins anew', async () => {
  await at.person('fay', { email: 'fay@partner.example' });
  const { id } = await claimsOf(await at.arrive('fay'));
  const username = String(id['cognito:username']);
  await at.sdk.send(new AdminDisableUserCommand(named(username)));
  await at.change('fay', { email: 'fay@new.example' });
  refused(await at.arrive('fay'), 'access_denied');
  assert.equal((await userOf(username)).attributes['email'], 'fay@partner.example');
  await at.sdk.send(new AdminEnableUserCommand(named(username)));
  assert.equal((await claimsOf(await at.arrive('fay'))).id.sub, id.sub);
  await at.sdk.send(new AdminDeleteUserCommand(named(username)));
  assert.notEqual((await claimsOf(await at.arrive('fay'))).id.sub, id.sub);
});

test('FED-130 somebody of a provider has no password here, and gets none', async () => {
  await at.person('gus', { email: 'gus@partner.example' });
  const { id } = await claimsOf(await at.arrive('gus'));
  const USERNAME = String(id['cognito:username']);
  const ClientId = STORY.publicClient;
  const { UserPoolClient } = await at.sdk.send(
    new CreateUserPoolClientCommand({
      ...inStory,
      ClientName: 'API',
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_ADMIN_USER_PASSWORD_AUTH'],
    }),
  );
  const api = { ClientId: UserPoolClient?.ClientId, AuthParameters: { USERNAME, PASSWORD } };
  await assert.rejects(
    at.sdk.send(new InitiateAuthCommand({ AuthFlow: 'USER_PASSWORD_AUTH', ...api })),
    NotAuthorizedException,
  );
  await assert.rejects(
    at.sdk.send(new AdminInitiateAuthCommand({ ...inStory, AuthFlow: 'ADMIN_USER_PASSWORD_AUTH', ...api })),
    NotAuthorizedException,
  );
  await assert.rejects(
    at.sdk.send(new ForgotPasswordCommand({ ClientId, Username: USERNAME })),
    NotAuthorizedException,
  );
  await assert.rejects(
    at.sdk.send(new AdminSetUserPasswordCommand({ ...named(USERNAME), Password: PASSWORD, Permanent: true })),
    NotAuthorizedException,
  );
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

test('ATK-31 an administrator links somebody to an account that is there, by what the provider never changes', async () => {
  const email = 'ida@example.com';
  const UserAttributes = [{ Name: 'email', Value: email }];
  await at.sdk.send(
    new AdminCreateUserCommand({ ...named(email), UserAttributes, MessageAction: 'SUPPRESS' }),
  );
  await at.sdk.send(
    new AdminSetUserPasswordCommand({ ...named(email), Password: PASSWORD, Permanent: true }),
  );
  const { Username: own = '', attributes } = await userOf(email);
  await at.person('ida', { email: 'ida@partner.example' });
  const { id } = await claimsOf(await at.arrive('ida'));
  const [identity] = id['identities'] as { userId: string }[];
  const subject = identity?.userId ?? '';
  const person = (ProviderAttributeName: string, ProviderAttributeValue: string) => ({
    ProviderName: 'Partner',
    ProviderAttributeName,
    ProviderAttributeValue,
  });
  const link = (SourceUser: ReturnType<typeof person>) =>
    at.sdk.send(
      new AdminLinkProviderForUserCommand({
        ...inStory,
        DestinationUser: { ProviderName: 'Cognito', ProviderAttributeValue: own },
        SourceUser,
      }),
    );
  // An address is no proof, and who has an account already is not moved into another.
  await assert.rejects(link(person('email', 'ida@partner.example')), { name: 'InvalidParameterException' });
  await assert.rejects(link(person('Cognito_Subject', subject)), { name: 'InvalidParameterException' });
  await at.sdk.send(new AdminDeleteUserCommand(named(String(id['cognito:username']))));
  await link(person('Cognito_Subject', subject));
  const linked = await claimsOf(await at.arrive('ida'));
  assert.equal(linked.id.sub, attributes['sub']);
  assert.equal((linked.id['identities'] as { primary: string }[])[0]?.primary, 'false');
  await at.sdk.send(
    new AdminDisableProviderForUserCommand({ ...inStory, User: person('Cognito_Subject', subject) }),
  );
  assert.notEqual((await claimsOf(await at.arrive('ida'))).id.sub, attributes['sub']);
});

test('FED-11 FED-13 FED-14 FED-15 FED-16 HUI-117 the page offers what the client has, and the client alone', async () => {
  await at.add('Elsewhere');
  await at.enable('COGNITO', 'Partner');
  const open = async (extra = {}) => {
    const session = openHttpSession();
    return session.follow(await session.get(authorizeUrl(at.hosted, extra)), at.hosted);
  };
  const page = await open();
  assert.match(page.body, /Sign in with Partner/);
  assert.match(page.body, /name="password"/);
  assert.doesNotMatch(page.body, /Elsewhere/);
  const own = await open({ identity_provider: 'COGNITO' });
  assert.match(own.body, /name="password"/);
  assert.doesNotMatch(own.body, /Partner/);
  for (const extra of [
    { identity_provider: 'Elsewhere' },
    { identity_provider: 'Nobody' },
    { identity_provider: 'partner' },
    { idp_identifier: 'nowhere.test' },
  ]) {
    const refusal = await open(extra);
    assert.equal(refusal.status, 400, JSON.stringify(extra));
    assert.equal(refusal.location, undefined);
    assert.match(refusal.body, /That way to sign in is not available/);
  }
  await at.enable('Partner');
  for (const path of ['oauth2/authorize', 'login']) {
    const session = openHttpSession();
    const url = authorizeUrl(at.hosted).replace('oauth2/authorize', path);
    const only = await session.follow(await session.get(url), at.hosted);
    assert.ok(only.location?.startsWith(at.partner.hosted), only.location);
  }
  await at.enable('COGNITO', 'Partner');
});

test('FED-12 FED-19 FED-20 FED-21 HUI-116 the domain of an e-mail address says which provider is meant', async () => {
  await at.add('Company', { IdpIdentifiers: ['DomainA.co.uk'] });
  await at.enable('COGNITO', 'Partner', 'Company');
  const session = openHttpSession();
  const page = await session.follow(await session.get(authorizeUrl(at.hosted)), at.hosted);
  assert.match(page.body, /Sign in with Partner/);
  assert.doesNotMatch(page.body, /Company<|Sign in with Company/);
  const wrong = await session.submit(page, { email: 'bob@uk' }, /findProvider/);
  assert.equal(wrong.status, 400);
  assert.match(wrong.body, /No company with this address signs in here/);
  assert.doesNotMatch(wrong.body, /domaina/i);
  const right = await session.submit(wrong, { email: 'bob@domaina.co.uk' }, /findProvider/);
  assert.equal(right.status, 200);
  const gone = await session.follow(right, at.hosted);
  assert.ok(gone.location?.startsWith(`${at.partner.hosted}/oauth2/authorize`), gone.location);
  const straight = await session.follow(
    await session.get(authorizeUrl(at.hosted, { idp_identifier: 'DOMAINA.CO.UK' })),
    at.hosted,
  );
  assert.ok(straight.location?.startsWith(at.partner.hosted));
  const unknown = await session.follow(
    await session.get(authorizeUrl(at.hosted, { idp_identifier: 'a.domaina.co.uk' })),
    at.hosted,
  );
  assert.equal(unknown.status, 400);
  await at.enable('COGNITO', 'Partner');
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

test('FED-17 FED-18 with identifiers there is a box for the e-mail address, without them a list', async () => {
  await at.add('North');
  await at.add('South');
  await at.enable('North', 'South');
  const open = async () => {
    const session = openHttpSession();
    return session.follow(await session.get(authorizeUrl(at.hosted)), at.hosted);
  };
  const list = await open();
  assert.match(list.body, /Sign in with North[\s\S]*Sign in with South/);
  assert.doesNotMatch(list.body, /name="email"|name="password"/);
  for (const [ProviderName, domain] of [
    ['North', 'north.test'],
    ['South', 'south.test'],
  ] as const)
    await at.sdk.send(
      new UpdateIdentityProviderCommand({ ...inStory, ProviderName, IdpIdentifiers: [domain] }),
    );
  const box = await open();
  assert.match(box.body, /name="email"/);
  assert.doesNotMatch(box.body, /North|South/);
  await at.enable('COGNITO', 'Partner');
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

test('FED-06 FED-08 there is nothing of this without a domain, and nothing of the beta', async () => {
  for (const path of ['oauth2/idpresponse', 'saml2/idpresponse', 'saml2/logout'])
    assert.equal((await openHttpSession().get(`${foyer.url}/${STORY.poolId}/${path}`)).status, 404);
  for (const path of ['login/redirect']) {
    assert.equal((await openHttpSession().get(`${at.hosted}/${path}`)).status, 404);
    assert.equal((await openHttpSession().post(`${at.hosted}/${path}`, {})).status, 404);
  }
});

test('a pool file names providers; a later start needs none of them to be there', async () => {
  const details = { ...at.partner.details };
  await at.add('Filed', { ProviderDetails: details });
  const [pool] = storyPool().pools;
  const filed = {
    ProviderName: 'Filed',
    ProviderType: 'OIDC',
    ProviderDetails: details,
    AttributeMapping: { email: 'email' },
  };
  const path = foyer.env['FOYER_POOL_FILE'] ?? assert.fail('it was started without a pool file');
  const write = (provider: object) =>
    writeFileSync(path, JSON.stringify({ pools: [{ ...pool, identityProviders: [provider] }] }));
  write(filed);
  // The provider is a pool of this very process, which does not listen while it applies the file.
  await foyer.restart();
  write({ ...filed, AttributeMapping: { email: 'email', name: 'name' }, IdpIdentifiers: ['filed.test'] });
  await foyer.restart();
  const { IdentityProvider } = await at.sdk.send(
    new DescribeIdentityProviderCommand({ ...inStory, ProviderName: 'Filed' }),
  );
  assert.deepEqual(IdentityProvider?.AttributeMapping, { email: 'email', name: 'name', username: 'sub' });
  assert.deepEqual(IdentityProvider?.IdpIdentifiers, ['filed.test']);
  assert.equal(IdentityProvider?.ProviderDetails?.['client_secret'], details.client_secret);
});
