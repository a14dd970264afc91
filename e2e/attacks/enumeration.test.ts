/** Whoever asks whether somebody has an account gets the same pages, whatever is true of that person. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AdminDisableUserCommand } from '@aws-sdk/client-cognito-identity-provider';
import { type HttpSession, openHttpSession, type Page } from '../http-session.ts';
import { hostedAt, openSignIn, PASSWORD, signUp } from '../person.ts';
import { administratorOf } from '../sdk-application.ts';
import { startFoyer } from '../start.ts';
import { STORY, storyPool } from '../story-pool.ts';

/** Names of one length, so that the length of a page tells nothing either. */
const [NOBODY, ...PEOPLE] = ['nobody', 'proven', 'barred', 'unsure', 'waited'].map(
  (name) => `${name}@example.com`,
);
const [confirmed = '', disabled = '', unproven = '', waiting = ''] = PEOPLE;

const pool = storyPool({
  users: [confirmed, disabled, unproven].map((username) => ({
    username,
    password: PASSWORD,
    attributes: { email: username, email_verified: String(username !== unproven) },
  })),
});
for (const { settings } of pool.pools.flatMap(({ clients }) => clients))
  Object.assign(settings, { PreventUserExistenceErrors: 'ENABLED' });
const foyer = await startFoyer({ poolFile: pool });
const hosted = hostedAt(foyer);
await signUp(openHttpSession(), hosted, waiting);
await administratorOf(foyer).send(
  new AdminDisableUserCommand({ UserPoolId: STORY.poolId, Username: disabled }),
);

/** All that a stranger can compare, without what is another at every visit. */
function seen({ status, headers, body, location }: Page, email: string): unknown {
  const [name = ''] = email.split('@');
  const plain = (text: string) =>
    text
      .replaceAll(name, 'NAME')
      .replace(/\b\w\*\*\*@/g, 'N***@')
      .replace(/interaction=[\w-]+/g, 'interaction=ID')
      .replace(/name="_csrf" value="[\w-]+"/g, 'CSRF');
  return {
    status,
    location: location && plain(location),
    body: plain(body),
    headers: [...headers]
      .filter(([name]) => !['date', 'x-request-id'].includes(name))
      .map(([name, value]) => `${name}: ${plain(value)}`),
  };
}

/** The pages that somebody meets who tries this about a person. */
type Attempt = (session: HttpSession, signIn: Page, email: string) => Promise<Page[]>;

async function compare(attempt: Attempt): Promise<void> {
  const tried = async (email: string) => {
    const session = openHttpSession();
    const pages = await attempt(session, await openSignIn(session, hosted), email);
    return pages.map((page) => seen(page, email));
  };
  const expected = await tried(NOBODY ?? '');
  assert.ok(expected.length > 1);
  for (const email of PEOPLE) assert.deepEqual(await tried(email), expected, email);
}

test('ATK-47 HUI-163 wrong passwords, from the first to the one that locks, are answered the same for everybody', () =>
  compare(async (session, signIn, email) => {
    const pages: Page[] = [];
    const guess = () => session.submit(signIn, { username: email, password: 'Wrong-Horse-1' });
    for (let round = 0; round < 5; round++) pages.push(await guess());
    // The lock that they bring lasts a second. It cannot end before the next on a clock that went back, however slow we are.
    await foyer.shiftClock(-30_000);
    pages.push(await guess());
    await foyer.shiftClock(30_000);
    return pages;
  }));

test('ATK-47 asking for a reset code, typing wrong ones and asking too often is answered the same for everybody', async () => {
  const { length: mailed } = await foyer.mailbox();
  await compare(async (session, signIn, email) => {
    const at = (path: string) => session.get(`${hosted}${path}${new URL(signIn.url).search}`);
    const pages: Page[] = [];
    for (let round = 0; round < 8; round++)
      pages.push(await session.submit(await at('/forgotPassword'), { username: email }));
    const reset = await at('/confirmForgotPassword');
    pages.push(reset);
    for (let round = 0; round < 7; round++)
      pages.push(await session.submit(reset, { code: String(100_000 + round), password: 'Another-Horse-8' }));
    return pages;
  });
  const [...reached] = new Set((await foyer.mailbox()).slice(0, -mailed).map(({ to }) => to));
  assert.deepEqual(reached, [confirmed], 'only who can be helped got mail');
});

test('ATK-47 the pages for confirming and sending again tell a stranger nothing', () =>
  compare(async (session, signIn, email) => {
    const at = (path: string) => `${hosted}${path}${new URL(signIn.url).search}`;
    return [
      await session.get(at('/confirm')),
      await session.get(at('/resendcode')),
      await session.get(
        `${hosted}/confirmUser?client_id=${STORY.publicClient}&user_name=${email}&confirmation_code=123456`,
      ),
    ];
  }));
