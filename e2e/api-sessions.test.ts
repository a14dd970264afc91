/**
 * Where a person is signed in: listed and ended by themself and by an administrator, through the AWS SDK for
 * JavaScript, for sign-ins through the API and through the hosted pages. Long, but one file: each starts a Foyer of its
 * own, on both sets of stores.
 */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import {
  AdminCreateUserCommand,
  AdminListUserSessionsCommand,
  AdminRevokeUserSessionCommand,
  AdminSetUserPasswordCommand,
  type CognitoIdentityProviderClient,
  CreateUserPoolCommand,
  GetTokensFromRefreshTokenCommand,
  GetUserCommand,
  GetUserPoolClientSessionConfigurationCommand,
  GetUserPoolSessionConfigurationCommand,
  InitiateAuthCommand,
  ListUserSessionsCommand,
  RevokeUserSessionCommand,
  type SessionDescriptionType,
  SetUserPoolClientSessionConfigurationCommand,
  SetUserPoolSessionConfigurationCommand,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { openHttpSession } from './http-session.ts';
import { authorizeUrl, callbackOf, hostedAt, openSignIn, PASSWORD, redeem, signIn } from './person.ts';
import { administratorOf } from './sdk-application.ts';
import { type Foyer, startFoyer } from './start.ts';
import { STORY, storyPool } from './story-pool.ts';

const UserPoolId = STORY.poolId;
const ClientId = STORY.publicClient;
const apiClient = 'storyapiclient000000000001';
let foyer: Foyer;
let sdk: CognitoIdentityProviderClient;
let hosted: string;
before(async () => {
  const sessions = { UserSessionTracking: 'ENABLED', TokenSession: { MaxPerUser: 20 } };
  const file = storyPool({ sessions });
  file.pools[0]?.clients.push({
    id: apiClient,
    settings: {
      ClientName: 'API',
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
      RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 0 },
    },
  } as never);
  foyer = await startFoyer({ poolFile: file });
  hosted = hostedAt(foyer);
  sdk = administratorOf(foyer);
});

function track({ status = 'ENABLED', most = 20 }: { status?: 'ENABLED' | 'DISABLED'; most?: number }) {
  return sdk.send(
    new SetUserPoolSessionConfigurationCommand({
      UserPoolId,
      UserSessionTracking: status,
      TokenSession: { MaxPerUser: most },
    }),
  );
}

let people = 0;
async function newPerson() {
  const Username = `person${++people}@example.com`;
  const UserAttributes = [
    { Name: 'email', Value: Username },
    { Name: 'email_verified', Value: 'true' },
  ];
  const names = { UserPoolId, Username };
  await sdk.send(new AdminCreateUserCommand({ ...names, UserAttributes, MessageAction: 'SUPPRESS' }));
  await sdk.send(new AdminSetUserPasswordCommand({ ...names, Password: PASSWORD, Permanent: true }));
  return {
    Username,
    signIn: async () => {
      const { AuthenticationResult } = await sdk.send(
        new InitiateAuthCommand({
          ClientId: apiClient,
          AuthFlow: 'USER_PASSWORD_AUTH',
          AuthParameters: { USERNAME: Username, PASSWORD },
        }),
      );
      return { access: AuthenticationResult?.AccessToken ?? '', refresh: AuthenticationResult?.RefreshToken };
    },
    list: async () => (await sdk.send(new AdminListUserSessionsCommand(names))).Sessions ?? [],
    revoke: (SessionId = '', linked?: boolean) =>
      sdk.send(
        new AdminRevokeUserSessionCommand({
          ...names,
          SessionId,
          ...(linked && { RevokeAssociatedSessions: 'LINKED' as const }),
        }),
      ),
  };
}

const own = async (AccessToken: string) =>
  (await sdk.send(new ListUserSessionsCommand({ AccessToken }))).Sessions ?? [];
const works = (AccessToken: string) => sdk.send(new GetUserCommand({ AccessToken }));
const revoked = (AccessToken: string) =>
  assert.rejects(works(AccessToken), { name: 'NotAuthorizedException' });
const current = (sessions: SessionDescriptionType[]) =>
  sessions.find(({ IsCurrentSession }) => IsCurrentSession);

test('a person sees where they are signed in, and ends another session but not this one', async () => {
  const person = await newPerson();
  const phone = await person.signIn();
  const laptop = await person.signIn();
  const sessions = await own(laptop.access);
  assert.equal(sessions.length, 2);
  for (const session of sessions) {
    assert.match(session.SessionId ?? '', /^tkn[a-z0-9]{25}$/);
    assert.equal(session.SessionType, 'TOKEN');
    assert.equal(session.ClientId, apiClient);
    assert.ok(session.CreateDate instanceof Date && session.LastActiveDate instanceof Date);
    assert.equal(session.OriginSessionId, undefined);
    assert.match(session.DeviceType ?? '', /^application on \w+$/);
    assert.match(session.LastIPAddress ?? '', /^(127\.0\.0\.1|::1)$/);
  }
  const mine = current(sessions)?.SessionId ?? assert.fail();
  const other = sessions.find(({ SessionId }) => SessionId !== mine)?.SessionId ?? assert.fail();
  assert.equal(current(await own(phone.access))?.SessionId, other);
  const end = (SessionId: string) =>
    sdk.send(new RevokeUserSessionCommand({ AccessToken: laptop.access, SessionId }));
  await assert.rejects(end(mine), { name: 'InvalidParameterException' });
  await end(other);
  await revoked(phone.access);
  const refresh = new GetTokensFromRefreshTokenCommand({ ClientId: apiClient, RefreshToken: phone.refresh });
  await assert.rejects(sdk.send(refresh), { name: 'NotAuthorizedException' });
  await works(laptop.access);
  await assert.rejects(end(other), { name: 'ResourceNotFoundException' });
});

test('an administrator sees and ends the sessions of one person, and nobody else’s', async () => {
  const [person, stranger] = [await newPerson(), await newPerson()];
  const signedIn = await person.signIn();
  const elsewhere = await stranger.signIn();
  const [session, ...more] = await person.list();
  assert.equal(more.length, 0);
  assert.equal(session?.IsCurrentSession, false);
  await assert.rejects(stranger.revoke(session.SessionId), { name: 'ResourceNotFoundException' });
  await person.revoke(session.SessionId);
  await revoked(signedIn.access);
  await works(elsewhere.access);
  assert.deepEqual(await person.list(), []);
});

test('the session that was not refreshed for the longest time gives way when there are too many', async () => {
  await track({ most: 2 });
  const person = await newPerson();
  const first = await person.signIn();
  const second = await person.signIn();
  await sdk.send(new GetTokensFromRefreshTokenCommand({ ClientId: apiClient, RefreshToken: first.refresh }));
  const third = await person.signIn();
  await revoked(second.access);
  await works(first.access);
  await works(third.access);
  assert.equal((await person.list()).length, 2);
  await track({});
});

test('sign-ins through the pages are listed with the hosted session that they came through, and end with it', async () => {
  const person = await newPerson();
  const browser = openHttpSession();
  const first = await redeem(hosted, await signIn(hosted, person.Username, browser));
  const again = await browser.follow(await browser.get(authorizeUrl(hosted)), hosted);
  const second = await redeem(hosted, callbackOf(again).get('code') ?? '');
  const sessions = await person.list();
  assert.deepEqual(sessions.map(({ SessionType }) => SessionType).toSorted(), ['SSO', 'TOKEN', 'TOKEN']);
  const sso = sessions.find(({ SessionType }) => SessionType === 'SSO')?.SessionId;
  assert.match(sso ?? '', /^sso[a-z0-9]{25}$/);
  for (const { SessionType, OriginSessionId } of sessions)
    assert.equal(OriginSessionId, SessionType === 'TOKEN' ? sso : undefined);
  await person.revoke(sso, true);
  await revoked(first.body['access_token'] ?? '');
  await revoked(second.body['access_token'] ?? '');
  const page = await browser.follow(await browser.get(authorizeUrl(hosted)), hosted);
  assert.match(page.url, /\/login\?/);
});

test('a client takes a hosted session only as long as it says', async () => {
  const person = await newPerson();
  const limit = (MaxValidityMinutes: number) =>
    sdk.send(
      new SetUserPoolClientSessionConfigurationCommand({
        UserPoolId,
        ClientId,
        SSOSession: { MaxValidityMinutes },
      }),
    );
  const asks = async (browser: ReturnType<typeof openHttpSession>) => {
    const page = await browser.follow(await browser.get(authorizeUrl(hosted)), hosted);
    // Going on as whoever is signed in would prove nothing.
    assert.doesNotMatch(page.body, /You are signed in as/);
    return /\/login\?/.test(page.url);
  };
  const browser = openHttpSession();
  await signIn(hosted, person.Username, browser);
  assert.equal(await asks(browser), false);
  await limit(3);
  assert.equal(await asks(browser), false);
  // Within what a signature may be old.
  await foyer.shiftClock(4 * 60_000);
  assert.equal(await asks(browser), true);
  const opened = await browser.get(authorizeUrl(hosted).replace('/oauth2/authorize?', '/login?'));
  const login = await browser.follow(opened, hosted);
  assert.match(login.body, /type="password"/);
  assert.doesNotMatch(login.body, /You are signed in as/);
  const page = await browser.submit(await openSignIn(browser, hosted), {
    username: person.Username,
    password: PASSWORD,
  });
  assert.ok(callbackOf(await browser.follow(page, hosted)).get('code'));
  assert.equal(await asks(browser), false);
  await limit(0);
  assert.equal(await asks(browser), true);
  await assert.rejects(limit(61), { name: 'InvalidParameterException' });
  await limit(60);
  const { SSOSession } = await sdk.send(
    new GetUserPoolClientSessionConfigurationCommand({ UserPoolId, ClientId }),
  );
  assert.deepEqual(SSOSession, { MaxValidityMinutes: 60 });
});

test('tracking is off unless asked for, survives an update, and switched off lists nothing', async () => {
  const { UserPool } = await sdk.send(new CreateUserPoolCommand({ PoolName: 'Other' }));
  const other = { UserPoolId: UserPool?.Id };
  const of = async (pool: { UserPoolId: string | undefined }) => {
    const { $metadata: _, ...more } = await sdk.send(new GetUserPoolSessionConfigurationCommand(pool));
    return more;
  };
  const off = { UserSessionTracking: 'DISABLED', TokenSession: { MaxPerUser: 20 } };
  assert.deepEqual(await of(other), { ...other, ...off });
  await sdk.send(
    new UpdateUserPoolCommand({ UserPoolId, AutoVerifiedAttributes: ['email'], UserPoolTier: 'PLUS' }),
  );
  assert.deepEqual(await of({ UserPoolId }), { UserPoolId, ...off, UserSessionTracking: 'ENABLED' });
  await sdk.send(new UpdateUserPoolCommand({ ...other, UserPoolTier: 'LITE' }));
  const lite = new SetUserPoolSessionConfigurationCommand({
    ...other,
    UserSessionTracking: 'ENABLED',
    TokenSession: { MaxPerUser: 5 },
  });
  await assert.rejects(sdk.send(lite), { name: 'FeatureUnavailableInTierException' });

  const person = await newPerson();
  const { access } = await person.signIn();
  await track({ status: 'DISABLED' });
  const notEnabled = { name: 'OperationNotEnabledException' };
  await assert.rejects(person.list(), notEnabled);
  await assert.rejects(own(access), notEnabled);
  await assert.rejects(person.revoke(`tkn${'0'.repeat(25)}`), notEnabled);
  await works(access);
  await track({});
});
