/** Guessing at every door: the pages, and each way of the JSON API to prove a password or a code. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sentences } from '../../server/flow/texts/en-sentences.ts';
import { mailedCode, openSignIn, PASSWORD, signIn } from '../person.ts';
import type { ApiAnswer } from '../signed-call.ts';
import { STORY } from '../story-pool.ts';
import { admin, api, byPassword, bySrp, done, from, hosted, later, service, tokensOf } from './api-doors.ts';
import { atOnce } from './two-processes.ts';

const FIFTEEN_MINUTES = 15 * 60_000;
/** As in `guessing.test.ts`: five, and one more each time that a lock of a second, two, four has ended meanwhile. */
const FEW = 10;
const NEW = 'Another-Horse-8';

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
