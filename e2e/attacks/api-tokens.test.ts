/** Tokens, sessions and invitations at every door: whose they are, how often they count, and when they end. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openSignIn, PASSWORD, redeem, signIn } from '../person.ts';
import type { ApiAnswer } from '../signed-call.ts';
import { STORY } from '../story-pool.ts';
import {
  admin,
  api,
  byPassword,
  bySrp,
  done,
  ELSEWHERE,
  from,
  holds,
  hosted,
  later,
  oauth,
  ROTATING,
  secretHash,
  service,
  tokensOf,
  userInfo,
} from './api-doors.ts';
import { atOnce } from './two-processes.ts';

const DAY = 24 * 3_600_000;
const NEW = 'Another-Horse-8';

interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers as JSON.
  body: any;
}

/** Every way to new tokens with a refresh token, as another client would try it. */
const refreshDoors = (ClientId: string, REFRESH_TOKEN: string): (() => Promise<Answer>)[] => [
  () => api('InitiateAuth', from(ClientId, 'pia@example.com', 'REFRESH_TOKEN_AUTH', { REFRESH_TOKEN })),
  () =>
    admin('AdminInitiateAuth', from(ClientId, 'pia@example.com', 'REFRESH_TOKEN_AUTH', { REFRESH_TOKEN })),
  () =>
    api('GetTokensFromRefreshToken', {
      ClientId,
      RefreshToken: REFRESH_TOKEN,
      ...(ClientId === STORY.webClient ? { ClientSecret: STORY.webSecret } : {}),
    }),
  () =>
    oauth('token', {
      grant_type: 'refresh_token',
      client_id: ClientId,
      refresh_token: REFRESH_TOKEN,
      ...(ClientId === STORY.webClient ? { client_secret: STORY.webSecret } : {}),
    }),
];

test('ATK-11 a refresh token is good for its own client, at every door, and others do not end it', async () => {
  const { RefreshToken, AccessToken } = await tokensOf('pia@example.com');
  for (const thief of [STORY.webClient, ROTATING, ELSEWHERE]) {
    for (const [index, refresh] of refreshDoors(thief, RefreshToken).entries()) {
      const { status, body } = await refresh();
      assert.equal(status, 400, `${thief} at door ${index}: ${JSON.stringify(body)}`);
      assert.ok(!JSON.stringify(body).includes('eyJ'));
    }
    const secret = thief === STORY.webClient ? { ClientSecret: STORY.webSecret } : {};
    await api('RevokeToken', { ClientId: thief, Token: RefreshToken, ...secret });
  }
  assert.ok(await holds(AccessToken));
  for (const refresh of refreshDoors(STORY.publicClient, RefreshToken))
    assert.equal((await refresh()).status, 200);
});

test('ATK-11 the session of a challenge is good for its own client, pool and person', async () => {
  const invited = ['first@example.com', 'second@example.com'];
  for (const Username of invited)
    await done(
      admin('AdminCreateUser', { Username, TemporaryPassword: PASSWORD, MessageAction: 'SUPPRESS' }),
    );
  const [first = '', second = ''] = invited;
  const { Session, ChallengeName } = await done(byPassword(first, PASSWORD));
  assert.equal(ChallengeName, 'NEW_PASSWORD_REQUIRED');
  const respond = (ClientId: string, USERNAME: string) =>
    api('RespondToAuthChallenge', {
      ClientId,
      ChallengeName,
      Session,
      ChallengeResponses: {
        USERNAME,
        NEW_PASSWORD: NEW,
        ...(ClientId === STORY.webClient ? { SECRET_HASH: secretHash(USERNAME) } : {}),
      },
    });
  for (const [client, username] of [
    [STORY.webClient, first],
    [ROTATING, first],
    [ELSEWHERE, first],
    [STORY.publicClient, second],
  ] as const) {
    const { status, type } = await respond(client, username);
    assert.deepEqual([status, type], [400, 'NotAuthorizedException'], `${client} ${username}`);
  }
  const both = await Promise.all(atOnceAnswers(10, () => respond(STORY.publicClient, first)));
  const won = both.filter(({ status }) => status === 200);
  assert.ok(won.length <= 1, `${won.length} answered one challenge`);
  assert.equal((await byPassword(second, NEW)).type, 'NotAuthorizedException');
});
const atOnceAnswers = (count: number, call: () => Promise<ApiAnswer>) => Array.from({ length: count }, call);

test('ATK-13 a token that rotates is taken once, though it is sent to every door of two processes at the same moment', async () => {
  const doorsFor = (token: string) => refreshDoors(ROTATING, token).slice(2);
  const first = await tokensOf('pia@example.com', ROTATING);
  const second = (await doorsFor(first.RefreshToken)[0]?.())?.body.AuthenticationResult;
  const third = (await doorsFor(second.RefreshToken)[1]?.())?.body;
  assert.ok(third.refresh_token, 'one after the other, each door takes what the other gave');
  const [byApi, byOAuth] = doorsFor(third.refresh_token);
  const answers = await atOnce(40, (index) => (index % 2 ? byApi : byOAuth)?.() ?? assert.fail());
  const won = answers.filter(({ status }) => status === 200).map(({ body }) => body);
  assert.ok(won.length <= 1, `${won.length} won`);
  for (const body of won) {
    const { AccessToken, RefreshToken } = body.AuthenticationResult ?? {
      AccessToken: body.access_token,
      RefreshToken: body.refresh_token,
    };
    assert.equal(await holds(AccessToken), false);
    for (const refresh of doorsFor(RefreshToken)) assert.equal((await refresh()).status, 400);
  }
});

test('ATK-19 who is disabled gets and holds no token at any door, from the moment that the answer is there', async () => {
  const username = 'uma@example.com';
  const tokens = await tokensOf(username);
  const { access_token: byPage } = (await redeem(hosted, await signIn(hosted, username, service.browse())))
    .body;
  assert.deepEqual([await holds(byPage), await userInfo(byPage)], [true, 200]);
  // Both ways to tokens race the administrator.
  const racing = Promise.all<Answer>([
    ...atOnceAnswers(10, () => byPassword(username, PASSWORD)),
    ...refreshDoors(STORY.publicClient, tokens.RefreshToken).map((refresh) => refresh()),
  ]);
  await done(admin('AdminDisableUser', { Username: username }));
  const issued = (await racing)
    .filter(({ status }) => status === 200)
    .map(({ body }) => body.AuthenticationResult?.AccessToken ?? body.access_token);
  for (const token of [tokens.AccessToken, byPage, ...issued]) {
    assert.equal(await holds(token), false);
    assert.equal(await userInfo(token), 401);
  }
  for (const refresh of refreshDoors(STORY.publicClient, tokens.RefreshToken))
    assert.equal((await refresh()).status, 400);
  assert.equal((await byPassword(username, PASSWORD)).type, 'NotAuthorizedException');
  const byAdmin = { USERNAME: username, PASSWORD };
  const answer = await admin(
    'AdminInitiateAuth',
    from(STORY.publicClient, username, 'ADMIN_USER_PASSWORD_AUTH', byAdmin),
  );
  assert.equal(answer.type, 'NotAuthorizedException');
  assert.notEqual((await bySrp(username, 'x')).status, 200);
});

test('ATK-28 an invitation is over at every door when its days are, also where it was begun before', async () => {
  const Username = 'late@example.com';
  await done(admin('AdminCreateUser', { Username, TemporaryPassword: PASSWORD, MessageAction: 'SUPPRESS' }));
  const answer = (Session: string) =>
    api('RespondToAuthChallenge', {
      ClientId: STORY.publicClient,
      ChallengeName: 'NEW_PASSWORD_REQUIRED',
      Session,
      ChallengeResponses: { USERNAME: Username, NEW_PASSWORD: NEW },
    });
  await later(7 * DAY - 60_000);
  const { Session } = await done(byPassword(Username, PASSWORD));
  await later(2 * 60_000);
  const begun = await answer(Session);
  assert.equal(begun.type, 'NotAuthorizedException', begun.text);
  const text = 'Temporary password has expired and must be reset by an administrator.';
  assert.equal((await byPassword(Username, PASSWORD)).message, text);
  const session = service.browse();
  const page = await session.submit(await openSignIn(session, hosted), {
    username: Username,
    password: PASSWORD,
  });
  assert.equal(page.location, undefined);
  await later(-7 * DAY - 60_000);
});
