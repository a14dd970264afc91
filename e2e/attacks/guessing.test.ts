import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sentences } from '../../server/flow/texts/en-sentences.ts';
import type { HttpSession, Page } from '../http-session.ts';
import { callbackOf, mailedCode, openSignIn, PASSWORD, poolFileUser, signIn } from '../person.ts';
import { STORY, storyPool } from '../story-pool.ts';
import { atOnce, startTwoProcesses } from './two-processes.ts';

const NAMES = ['mia', 'noa', 'ole', 'pia'];
const users = NAMES.map(poolFileUser);
const service = await startTwoProcesses(storyPool({ users }));
const { hosted } = service;

/**
 * A process that is slow to answer gives the throttle time to let one more through: the first five, then one each
 * second, two, four... A defence that is not there lets through all that were sent.
 */
const FEW = 10;
const FIFTEEN_MINUTES = 15 * 60_000;

const says = (page: Page, reason: keyof typeof sentences) => page.body.includes(sentences[reason]);
const looked = (pages: Page[], reason: 'credentials-wrong' | 'code-wrong') =>
  pages.filter((page) => says(page, reason)).length;

test('ATK-40 fifty passwords at the same moment, at two processes: a handful is looked at, and the person is not shut out', async () => {
  const session = service.browse();
  const form = await openSignIn(session, hosted);
  const pages = await atOnce(50, (index) =>
    session.submit(form, { username: 'mia@example.com', password: `Wrong-Horse-${index}` }),
  );
  assert.ok(looked(pages, 'credentials-wrong') >= 1);
  assert.ok(
    looked(pages, 'credentials-wrong') <= FEW,
    `${looked(pages, 'credentials-wrong')} were looked at`,
  );
  for (const page of pages)
    assert.ok(
      says(page, 'credentials-wrong') || says(page, 'attempts-exceeded') || says(page, 'busy'),
      page.body,
    );
  // The lock is short after so few; nobody is locked out of their account for good.
  await service.shiftClock(FIFTEEN_MINUTES);
  assert.ok(await signIn(hosted, 'mia@example.com', service.browse()));
});

test('ATK-40 many who guess beside a person with the right password cannot make one of theirs count', async () => {
  const guesser = service.browse();
  const form = await openSignIn(guesser, hosted);
  const session = service.browse();
  const own = await openSignIn(session, hosted);
  const [page] = await Promise.all([
    session.submit(own, { username: 'pia@example.com', password: PASSWORD }),
    ...Array.from({ length: 20 }, (_, index) =>
      guesser.submit(form, { username: 'pia@example.com', password: `Wrong-Horse-${index}` }),
    ),
  ]);
  // Right at once, or told to wait like everybody; never signed in as the one who guessed.
  if (page.location) assert.ok(callbackOf(await session.follow(page, hosted)).get('code'));
  else assert.ok(says(page, 'attempts-exceeded') || says(page, 'busy'), page.body);
  const after = await openSignIn(guesser, hosted);
  assert.match(after.body, /type="password"/);
});

test('ATK-42 another client, spelling, page or process begins no new count', async () => {
  const clients = [STORY.publicClient, STORY.webClient];
  const names = ['noa@example.com', 'NOA@example.com', 'noa@EXAMPLE.com'];
  const doors: { session: HttpSession; form: Page; username: string }[] = [];
  for (const client_id of clients)
    for (const username of names)
      for (const way of ['authorize', 'login'] as const) {
        const session = service.browse();
        const signIn = await openSignIn(session, hosted, { client_id });
        const query = new URL(signIn.url).search.replace(/interaction=[^&]*&?/, '');
        const form =
          way === 'authorize'
            ? signIn
            : await session.follow(await session.get(`${hosted}/login${query}`), hosted);
        doors.push({ session, form, username });
      }
  const pages: Page[] = [];
  for (let round = 0; round < 3; round++)
    for (const { session, form, username } of doors)
      pages.push(await session.submit(form, { username, password: `Wrong-Horse-${round}` }));
  assert.equal(pages.length, 36);
  assert.ok(looked(pages, 'credentials-wrong') >= 5);
  assert.ok(
    looked(pages, 'credentials-wrong') <= FEW,
    `${looked(pages, 'credentials-wrong')} were looked at`,
  );
});

test('ATK-40 ATK-42 fifty codes at the same moment, from two browsers, get five tries; then not even the right one counts', async () => {
  const email = 'ole@example.com';
  const browsers = await atOnce(2, async () => {
    const session = service.browse();
    const signIn = await openSignIn(session, hosted);
    const link = /href="([^"]*\/forgotPassword[^"]*)"/.exec(signIn.body)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const asked = await session.submit(await session.get(new URL(link, hosted).href), { username: email });
    return { session, form: await session.follow(asked, hosted) };
  });
  const code = await mailedCode(service, email);
  const wrong = (index: number) => String((Number(code) + 1 + index) % 1_000_000).padStart(6, '0');
  const submit = (index: number, code: string) => {
    const browser = browsers[index % 2];
    assert.ok(browser);
    return browser.session.submit(browser.form, { code, password: 'Another-Horse-8' });
  };
  const pages = await atOnce(50, (index) => submit(index, wrong(index)));
  assert.equal(looked(pages, 'code-wrong'), 5);
  assert.ok(says(await submit(0, code), 'code-attempts-exceeded'));
  assert.ok(await signIn(hosted, email, service.browse()), 'the old password is the password still');
});
