/**
 * The hosted pages, the OAuth endpoints and the JSON API are doors to the same accounts: what is refused, counted or
 * ended at one is so at all of them, whichever of two processes is asked. Each door's own attacks are beside this.
 */
import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { sentences } from '../../server/flow/texts/en-sentences.ts';
import { mailedCode, openSignIn, PASSWORD, redeem, signIn } from '../person.ts';
import { type ApiAnswer, callApi } from '../signed-call.ts';
import { STORY, storyPool } from '../story-pool.ts';
import { atOnce, startTwoProcesses } from './two-processes.ts';

const ROTATING = 'storyrotatingclient0000001';
const ELSEWHERE = 'otherpoolclient00000000001';
const DAY = 24 * 3_600_000;
const FIFTEEN_MINUTES = 15 * 60_000;
/** As in `guessing.test.ts`: five, and one more each time that a lock of a second, two, four has ended meanwhile. */
const FEW = 10;
const NEW = 'Another-Horse-8';

const ExplicitAuthFlows = [
  'ALLOW_USER_PASSWORD_AUTH',
  'ALLOW_USER_SRP_AUTH',
  'ALLOW_USER_AUTH',
  'ALLOW_ADMIN_USER_PASSWORD_AUTH',
  'ALLOW_REFRESH_TOKEN_AUTH',
];
const people = ['mia', 'noa', 'ole', 'pia', 'uma', 'zoe'].map((name) => ({
  username: `${name}@example.com`,
  password: PASSWORD,
  attributes: { email: `${name}@example.com`, email_verified: 'true' },
}));
const [story] = storyPool({ users: people }).pools;
assert.ok(story);
for (const { settings } of story.clients)
  if (settings.AllowedOAuthFlows[0] === 'code') Object.assign(settings, { ExplicitAuthFlows });
const like = story.clients.find(({ id }) => id === STORY.publicClient)?.settings;
const rotating = {
  ...like,
  ClientName: 'Rotating',
  ExplicitAuthFlows: ExplicitAuthFlows.filter((flow) => flow !== 'ALLOW_REFRESH_TOKEN_AUTH'),
  RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 0 },
};
const other = {
  id: 'us-east-1_OtherPool',
  settings: { PoolName: 'Other', UsernameAttributes: ['email'], AutoVerifiedAttributes: ['email'] },
  clients: [{ id: ELSEWHERE, settings: { ClientName: 'Other', ExplicitAuthFlows } }],
  users: people,
};
const service = await startTwoProcesses({
  pools: [{ ...story, clients: [...story.clients, { id: ROTATING, settings: rotating }] }, other],
});
const { hosted } = service;
const [one] = service.foyers;
const keys = { accessKeyId: one.accessKeyId, secretAccessKey: one.secretAccessKey };

let ahead = 0;
/** Moves the clocks of both processes, and that of whoever signs. */
async function later(ms: number): Promise<void> {
  await service.shiftClock(ms);
  ahead += ms;
}

let sent = 0;
const either = () => service.foyers[sent++ % 2]?.url ?? '';
const api = (operation: string, input: object) => callApi(either(), operation, input);
const admin = (operation: string, input: object) =>
  callApi(either(), operation, { UserPoolId: STORY.poolId, ...input }, { keys, clockAhead: ahead });
const done = async (answer: Promise<ApiAnswer>) => {
  const { status, text, body } = await answer;
  assert.equal(status, 200, text);
  return body;
};
const secretHash = (username: string) =>
  createHmac('sha256', STORY.webSecret).update(`${username}${STORY.webClient}`).digest('base64');
/** With the proof of the client that has a secret. */
const from = (ClientId: string, username: string, AuthFlow: string, parameters: object) => ({
  ClientId,
  AuthFlow,
  AuthParameters: {
    ...parameters,
    ...(ClientId === STORY.webClient ? { SECRET_HASH: secretHash(username) } : {}),
  },
});
const byPassword = (USERNAME: string, PASSWORD: string, ClientId: string = STORY.publicClient) =>
  api('InitiateAuth', from(ClientId, USERNAME, 'USER_PASSWORD_AUTH', { USERNAME, PASSWORD }));

interface Tokens {
  AccessToken: string;
  RefreshToken: string;
}
const tokensOf = async (username: string, client: string = STORY.publicClient): Promise<Tokens> =>
  (await done(byPassword(username, PASSWORD, client))).AuthenticationResult;
const oauth = async (path: string, fields: Record<string, string>) => {
  const answer = await service.send(`${hosted}/oauth2/${path}`, {
    method: 'POST',
    body: new URLSearchParams(fields),
  });
  const text = await answer.text();
  return { status: answer.status, body: (text ? JSON.parse(text) : {}) as Record<string, string> };
};
const holds = async (AccessToken = '') => (await api('GetUser', { AccessToken })).status === 200;
const userInfo = async (token = '') =>
  (await service.send(`${hosted}/oauth2/userInfo`, { headers: { authorization: `Bearer ${token}` } })).status;

/** Says what a guess came to. */
type Guess = (password: string) => Promise<string>;
async function doorsOf(username: string): Promise<Guess[]> {
  const { AccessToken } = await tokensOf(username);
  const session = service.browse();
  const form = await openSignIn(session, hosted);
  const say = async (answer: Promise<ApiAnswer>) => (await answer).message;
  return [
    async (password) => {
      const { body } = await session.submit(form, { username, password });
      return body.includes(sentences['credentials-wrong'])
        ? 'Incorrect username or password.'
        : 'not looked at';
    },
    (password) => say(byPassword(username, password)),
    (password) => say(byPassword(username.toUpperCase(), password, STORY.webClient)),
    (PASSWORD) =>
      say(
        admin(
          'AdminInitiateAuth',
          from(STORY.publicClient, username, 'ADMIN_USER_PASSWORD_AUTH', { USERNAME: username, PASSWORD }),
        ),
      ),
    (PASSWORD) =>
      say(
        api(
          'InitiateAuth',
          from(STORY.publicClient, username, 'USER_AUTH', {
            USERNAME: username,
            PREFERRED_CHALLENGE: 'PASSWORD',
            PASSWORD,
          }),
        ),
      ),
    (password) => say(bySrp(username, password)),
    (PreviousPassword) =>
      say(api('ChangePassword', { AccessToken, PreviousPassword, ProposedPassword: NEW })),
  ];
}

/** A proof of a password that is not the account's: any signature is one. */
async function bySrp(USERNAME: string, seed: string): Promise<ApiAnswer> {
  const SRP_A = randomBytes(380).toString('hex');
  const asked = await api(
    'InitiateAuth',
    from(STORY.publicClient, USERNAME, 'USER_SRP_AUTH', { USERNAME, SRP_A }),
  );
  if (asked.status !== 200) return asked;
  const { Session, ChallengeParameters } = asked.body;
  const at = new Date().toUTCString().split(' ');
  return api('RespondToAuthChallenge', {
    ClientId: STORY.publicClient,
    ChallengeName: 'PASSWORD_VERIFIER',
    Session,
    ChallengeResponses: {
      USERNAME: ChallengeParameters.USER_ID_FOR_SRP,
      PASSWORD_CLAIM_SECRET_BLOCK: ChallengeParameters.SECRET_BLOCK,
      PASSWORD_CLAIM_SIGNATURE: createHmac('sha256', seed).update('x').digest('base64'),
      TIMESTAMP: `${at[0]?.slice(0, 3)} ${at[2]} ${Number(at[1])} ${at[4]} UTC ${at[3]}`,
    },
  });
}
const looked = (answers: string[]) =>
  answers.filter((answer) => answer === 'Incorrect username or password.').length;

test('ATK-42 SEC-261 a wrong password is counted at every door, and no door begins a count of its own', async () => {
  const doors = await doorsOf('mia@example.com');
  for (const guess of doors) {
    assert.equal(await guess('Wrong-Horse-0'), 'Incorrect username or password.');
    // The right one ends the count.
    await tokensOf('mia@example.com');
  }
  const told: string[] = [];
  for (let round = 0; round < 5; round++)
    for (const guess of doors) told.push(await guess(`Wrong-Horse-${round}`));
  assert.ok(looked(told) >= 5 && looked(told) <= FEW, `${looked(told)} were looked at: ${told.join('\n')}`);
  await later(FIFTEEN_MINUTES);
  assert.ok(await signIn(hosted, 'mia@example.com', service.browse()));
  await tokensOf('mia@example.com', STORY.webClient);
});

test('ATK-40 ATK-42 seventy guesses at the same moment, through every door at two processes, are a handful', async () => {
  const doors = await doorsOf('noa@example.com');
  const told = await atOnce(
    70,
    (index) => doors[index % doors.length]?.(`Wrong-Horse-${index}`) ?? assert.fail(),
  );
  assert.ok(looked(told) >= 1 && looked(told) <= FEW, `${looked(told)} were looked at`);
  await later(FIFTEEN_MINUTES);
  await tokensOf('noa@example.com');
});

test('ATK-24 ATK-40 a code that one door sent has five tries at all of them together', async () => {
  const email = 'ole@example.com';
  const session = service.browse();
  const page = await openSignIn(session, hosted);
  const link = /href="([^"]*\/forgotPassword[^"]*)"/.exec(page.body)?.[1]?.replaceAll('&amp;', '&') ?? '';
  const asked = await session.submit(await session.get(new URL(link, hosted).href), { username: email });
  const form = await session.follow(asked, hosted);
  const code = await mailedCode(service, email);
  const wrong = (index: number) => String((Number(code) + 1 + index) % 1_000_000).padStart(6, '0');
  const confirm = (ConfirmationCode: string) =>
    api('ConfirmForgotPassword', {
      ClientId: STORY.publicClient,
      Username: email,
      ConfirmationCode,
      Password: NEW,
    });
  const told = await atOnce(40, async (index) => {
    if (index % 2) return (await confirm(wrong(index))).type;
    const { body } = await session.submit(form, { code: wrong(index), password: NEW });
    return body.includes(sentences['code-wrong']) ? 'CodeMismatchException' : 'not looked at';
  });
  assert.equal(told.filter((type) => type === 'CodeMismatchException').length, 5);
  assert.equal((await confirm(code)).type, 'LimitExceededException');
  await tokensOf(email);
});

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

test('ATK-32 an address that looks like another’s, or folds to it, neither is it nor gets its mail', async () => {
  const victim = 'zoe@example.com';
  const looksLike = [
    'zo\u0435@example.com',
    'zoe\uff20example.com',
    'zoe@ex\u0430mple.com',
    'zoe@example\u3002com',
    '\uff5aoe@example.com',
    'zoe\u200b@example.com',
    'zoe@example.com\u0000',
    'zoe@example.com ',
    'zoe@example.com,eve@evil.test',
    'zoe@example.com\r\nbcc: eve@evil.test',
  ];
  const mailed = new Set((await service.mailbox()).map(({ to }) => to));
  for (const Username of looksLike) {
    const forgot = await api('ForgotPassword', { ClientId: STORY.publicClient, Username });
    const joined = await api('SignUp', {
      ClientId: STORY.publicClient,
      Username,
      Password: PASSWORD,
      UserAttributes: [{ Name: 'email', Value: Username }],
    });
    for (const { status } of [forgot, joined]) assert.ok(status === 200 || status === 400);
    assert.equal((await byPassword(Username, PASSWORD)).body.AuthenticationResult, undefined, Username);
  }
  await done(api('ForgotPassword', { ClientId: STORY.publicClient, Username: victim }));
  const since = (await service.mailbox()).map(({ to }) => to).filter((to) => !mailed.has(to));
  assert.deepEqual([...new Set(since)], [victim]);
});
