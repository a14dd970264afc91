/**
 * A person's sessions end in another way than by signing out: the applications that they led to are told by their
 * servers, in the openid profile. Through the AWS SDK and the hosted pages, on both sets of stores.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import {
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminDisableUserCommand,
  AdminListUserSessionsCommand,
  AdminResetUserPasswordCommand,
  AdminRevokeUserSessionCommand,
  AdminSetUserPasswordCommand,
  AdminUserGlobalSignOutCommand,
  ChangePasswordCommand,
  type CognitoIdentityProviderClient,
  ConfirmForgotPasswordCommand,
  DeleteUserCommand,
  ForgotPasswordCommand,
  GlobalSignOutCommand,
  RevokeTokenCommand,
  RevokeUserSessionCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { type HttpSession, openHttpSession } from './http-session.ts';
import { authorizeUrl, callbackOf, hostedAt, mailedCode, openSignIn, PASSWORD, token } from './person.ts';
import { administratorOf } from './sdk-application.ts';
import { type Foyer, startFoyer } from './start.ts';
import { STORY, storyPool } from './story-pool.ts';

const UserPoolId = STORY.poolId;
const ClientId = STORY.publicClient;
const NEW_PASSWORD = 'Another-Horse-8';

/** What the applications were told, by the person. */
const told = new Map<string, string[]>();
const applications = createServer(async (request, response) => {
  const token = new URLSearchParams(await text(request)).get('logout_token') ?? '';
  const { sub, sid } = claimsOf(token);
  told.set(sub, [...(told.get(sub) ?? []), `${request.url} ${sid ?? ''}`.trim()]);
  response.end();
}).listen(0, '127.0.0.1');
await once(applications, 'listening');
after(() => {
  applications.closeAllConnections();
  applications.close();
});
const claimsOf = (token = '') =>
  JSON.parse(Buffer.from(token.split('.')[1] || 'e30', 'base64url').toString());
const at = (path: string) => `http://localhost:${(applications.address() as AddressInfo).port}${path}`;

let foyer: Foyer;
let hosted: string;
let sdk: CognitoIdentityProviderClient;
before(async () => {
  const sessions = { UserSessionTracking: 'ENABLED', TokenSession: { MaxPerUser: 20 } };
  const file = storyPool({ sessions });
  const [pool] = file.pools;
  const [named, plain] = [STORY.publicClient, STORY.webClient].map((id) =>
    pool?.clients.find((client) => client.id === id),
  );
  assert.ok(pool && named && plain);
  Object.assign(pool.settings, { UserPoolTags: { 'foyer:profile': 'openid' } });
  Object.assign(named, {
    OpenId: { backchannel_logout_uri: at('/named'), backchannel_logout_session_required: true },
  });
  Object.assign(plain, { OpenId: { backchannel_logout_uri: at('/plain') } });
  foyer = await startFoyer({ poolFile: file });
  hosted = hostedAt(foyer);
  sdk = administratorOf(foyer);
});

// A client without a secret needs it in this profile.
const code_verifier = 'a-verifier-of-the-stories-with-43-characters-or-more';
const PKCE = {
  code_challenge_method: 'S256',
  code_challenge: createHash('sha256').update(code_verifier).digest('base64url'),
};

async function redeem(code: string | null): Promise<Record<string, string>> {
  const asked = { grant_type: 'authorization_code', redirect_uri: STORY.callback, code_verifier };
  return (await token(hosted, { ...asked, code: code ?? '' })).body;
}

/** Signs in with the password, at the application that must be told which session ended. */
async function signIn(browser: HttpSession, username: string): Promise<Record<string, string>> {
  const form = await openSignIn(browser, hosted, PKCE);
  const page = await browser.submit(form, { username, password: PASSWORD });
  return redeem(callbackOf(await browser.follow(page, hosted)).get('code'));
}

let people = 0;
/** Somebody who signed in to one application, and by single sign-on to the other. */
async function signedIn() {
  const Username = `person${++people}@example.com`;
  const names = { UserPoolId, Username };
  const UserAttributes = [
    { Name: 'email', Value: Username },
    { Name: 'email_verified', Value: 'true' },
  ];
  await sdk.send(new AdminCreateUserCommand({ ...names, UserAttributes, MessageAction: 'SUPPRESS' }));
  await sdk.send(new AdminSetUserPasswordCommand({ ...names, Password: PASSWORD, Permanent: true }));
  const browser = openHttpSession();
  const body = await signIn(browser, Username);
  const { sub, sid } = claimsOf(body['id_token']);
  assert.ok(sid);
  const silent = await browser.get(
    authorizeUrl(hosted, { client_id: STORY.webClient, prompt: 'none', scope: 'openid' }),
  );
  assert.ok(callbackOf(silent).get('code'));
  return {
    names,
    AccessToken: body['access_token'] ?? '',
    refreshToken: body['refresh_token'] ?? '',
    isTold: () => (told.get(sub) ?? []).toSorted(),
    named: `/named ${sid}`,
    async sessions() {
      const { Sessions = [] } = await sdk.send(new AdminListUserSessionsCommand(names));
      return Sessions;
    },
  };
}
type Person = Awaited<ReturnType<typeof signedIn>>;

/** By the pages: a code is mailed, and with it a new password chosen. */
async function resetByPages({ names: { Username } }: Person): Promise<void> {
  const browser = openHttpSession();
  const { search } = new URL((await openSignIn(browser, hosted, PKCE)).url);
  const asked = await browser.submit(await browser.get(`${hosted}/forgotPassword${search}`), {
    username: Username,
  });
  const form = await browser.follow(asked, hosted);
  const code = await mailedCode(foyer, Username);
  assert.equal((await browser.submit(form, { code, password: NEW_PASSWORD })).status, 303);
}

async function resetByApi({ names: { Username } }: Person): Promise<void> {
  await sdk.send(new ForgotPasswordCommand({ ClientId, Username }));
  const ConfirmationCode = await mailedCode(foyer, Username);
  await sdk.send(
    new ConfirmForgotPasswordCommand({ ClientId, Username, ConfirmationCode, Password: NEW_PASSWORD }),
  );
}

const ENDS: [name: string, end: (person: Person) => Promise<unknown>][] = [
  ['AdminUserGlobalSignOut', ({ names }) => sdk.send(new AdminUserGlobalSignOutCommand(names))],
  ['GlobalSignOut', ({ AccessToken }) => sdk.send(new GlobalSignOutCommand({ AccessToken }))],
  ['AdminDisableUser', ({ names }) => sdk.send(new AdminDisableUserCommand(names))],
  ['AdminDeleteUser', ({ names }) => sdk.send(new AdminDeleteUserCommand(names))],
  ['DeleteUser', ({ AccessToken }) => sdk.send(new DeleteUserCommand({ AccessToken }))],
  ['AdminResetUserPassword', ({ names }) => sdk.send(new AdminResetUserPasswordCommand(names))],
  ['ConfirmForgotPassword', resetByApi],
  ['a new password on the pages', resetByPages],
];

for (const [name, end] of ENDS)
  test(`OID-214 applications are told of what ${name} ends, once`, async () => {
    const person = await signedIn();
    assert.deepEqual(person.isTold(), []);
    await end(person);
    assert.deepEqual(person.isTold(), [person.named, '/plain']);
    await sdk.send(new AdminUserGlobalSignOutCommand(person.names)).catch((error: Error) => {
      assert.equal(error.name, 'UserNotFoundException');
    });
    assert.deepEqual(person.isTold(), [person.named, '/plain']);
  });

test('OID-214 nobody is told of a password that was changed, which ends nothing', async () => {
  const { AccessToken, isTold } = await signedIn();
  await sdk.send(
    new ChangePasswordCommand({ AccessToken, PreviousPassword: PASSWORD, ProposedPassword: NEW_PASSWORD }),
  );
  assert.deepEqual(isTold(), []);
});

test('OID-215 a hosted session that an administrator revokes is told to those that it led to, and to no others', async () => {
  const person = await signedIn();
  const elsewhere = openHttpSession();
  const body = await signIn(elsewhere, person.names.Username);
  const sso = (await person.sessions()).filter(({ SessionType }) => SessionType === 'SSO');
  assert.equal(sso.length, 2);
  const [SessionId] = sso.map((session) => session.SessionId).slice(-1);
  await sdk.send(new AdminRevokeUserSessionCommand({ ...person.names, SessionId }));
  assert.deepEqual(person.isTold(), [person.named, '/plain']);
  await sdk.send(new GlobalSignOutCommand({ AccessToken: body['access_token'] }));
  const other = `/named ${claimsOf(body['id_token']).sid}`;
  assert.deepEqual(person.isTold(), [person.named, other, '/plain'].toSorted());
});

test('OID-215 a sign-in that the person revokes is told to its own application', async () => {
  const person = await signedIn();
  const there = (await person.sessions()).find(({ ClientId: id }) => id === STORY.webClient);
  const { AccessToken } = person;
  await sdk.send(new RevokeUserSessionCommand({ AccessToken, SessionId: there?.SessionId }));
  assert.deepEqual(person.isTold(), ['/plain']);
});

test('OID-215 a token that is revoked with all that hangs together with it is told to all of it', async () => {
  const person = await signedIn();
  const Token = person.refreshToken;
  await sdk.send(new RevokeTokenCommand({ ClientId, Token, RevokeAssociatedSessions: 'LINKED' }));
  assert.deepEqual(person.isTold(), [person.named, '/plain']);
});

test('OID-217 first answers at the same moment name one session, which is the one that is told of', async () => {
  const person = await signedIn();
  const browser = openHttpSession();
  const form = await openSignIn(browser, hosted, { client_id: STORY.webClient, scope: 'openid' });
  const page = await browser.submit(form, { username: person.names.Username, password: PASSWORD });
  callbackOf(await browser.follow(page, hosted));
  const silent = authorizeUrl(hosted, { ...PKCE, prompt: 'none', scope: 'openid' });
  const sids = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const body = await redeem(callbackOf(await browser.get(silent)).get('code'));
      return String(claimsOf(body['id_token']).sid);
    }),
  );
  assert.equal(new Set(sids).size, 1);
  await sdk.send(new AdminUserGlobalSignOutCommand(person.names));
  assert.equal(person.isTold().filter((line) => line === `/named ${sids[0]}`).length, 1);
});
