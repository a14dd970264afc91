import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Cookie } from 'tough-cookie';
import { type HttpSession, type Page, readForm } from '../http-session.ts';
import { authorizeUrl, openSignIn, PASSWORD, signIn } from '../person.ts';
import { STORY, storyPool } from '../story-pool.ts';
import { atOnce, startTwoProcesses } from './two-processes.ts';

const users = ['attacker', 'victim'].map((name) => ({
  username: `${name}@example.com`,
  password: PASSWORD,
  attributes: { email: `${name}@example.com` },
}));
const service = await startTwoProcesses(storyPool({ users }));
const { hosted } = service;
const LOGOUT = `${hosted}/logout?client_id=${STORY.publicClient}&logout_uri=https://app.example.com/bye`;

/** What an application gets that asks without showing a page. */
async function silently(session: HttpSession): Promise<'signed-in' | 'login_required'> {
  const { location = '' } = await session.get(authorizeUrl(hosted, { prompt: 'none' }));
  const answer = new URL(location).searchParams;
  assert.ok(answer.has('code') || answer.get('error') === 'login_required', location);
  return answer.has('code') ? 'signed-in' : 'login_required';
}

/** Cookies of one browser, put into another. */
async function copyCookies(from: HttpSession, to: HttpSession): Promise<void> {
  for (const cookie of await from.jar.getCookies(hosted)) await to.jar.setCookie(cookie.toString(), hosted);
}

test('ATK-21 signing out while an application asks, at two processes: whatever comes first, the session is over', async () => {
  for (let round = 0; round < 10; round++) {
    const session = service.browse();
    await signIn(hosted, 'victim@example.com', session);
    const stolen = service.browse();
    await copyCookies(session, stolen);
    assert.equal(await silently(stolen), 'signed-in');
    await Promise.all([
      session.get(LOGOUT),
      ...Array.from({ length: 4 }, () => silently(stolen)),
      ...Array.from({ length: 4 }, () => silently(session)),
    ]);
    assert.equal(await silently(stolen), 'login_required');
    assert.equal(await silently(session), 'login_required');
  }
});

test('ATK-20 ATK-22 no link of an attacker’s sign-in, at any stage of it, signs a victim’s browser in', async () => {
  const attacker = service.browse();
  const form = await openSignIn(attacker, hosted);
  const sent = await attacker.submit(form, { username: 'attacker@example.com', password: PASSWORD });
  // Before the attacker’s browser follows it: the way back, with a proven person behind it.
  const resume = sent.location ?? '';
  assert.match(resume, /\/oauth2\/authorize\//);
  const links = [form.url, resume, `${hosted}/selectAccount${new URL(form.url).search}`];
  const visit = async (link: string) => {
    const victim = service.browse();
    const page = await victim.follow(await victim.get(link), hosted);
    assert.ok(!page.location?.startsWith(STORY.callback), `${link} led to ${page.location}`);
    assert.equal(await silently(victim), 'login_required', link);
    return { victim, page };
  };
  for (const link of links) await visit(link);

  // A sign-in that waits for its person waits for the browser that began it: no other is shown its form, or can post
  // it, with the attacker's proof of it or with one of its own.
  const waiting = await openSignIn(attacker, hosted);
  const { victim, page } = await visit(waiting.url);
  assert.doesNotMatch(page.body, /type="password"/);
  const { action, values } = readForm(waiting);
  const filledIn = { username: 'attacker@example.com', password: PASSWORD };
  assert.equal((await victim.post(action, { ...values, ...filledIn })).status, 403);
  const own = readForm(await openSignIn(victim, hosted)).values;
  const answered = await victim.post(action, { ...own, ...filledIn });
  assert.ok(!answered.location?.includes('/oauth2/authorize/'), answered.location);
  assert.equal(await silently(victim), 'login_required');

  // The attacker’s own browser goes on as it would have.
  assert.match((await attacker.follow(sent, hosted)).location ?? '', /[?&]code=/);
  for (const link of links) await visit(link);
});

test('ATK-20 a session that was there before signing in is not the one that signs in', async () => {
  const planter = service.browse();
  await signIn(hosted, 'attacker@example.com', planter);
  const victim = service.browse();
  await copyCookies(planter, victim);
  const asked = await openSignIn(victim, hosted, { prompt: 'login' });
  const done = await victim.submit(asked, { username: 'victim@example.com', password: PASSWORD });
  assert.match((await victim.follow(done, hosted)).location ?? '', /[?&]code=/);
  assert.equal(await silently(victim), 'signed-in');
  assert.equal(await silently(planter), 'login_required', 'what was planted knows nothing of the victim');
  const names = (pages: Cookie[]) => new Map(pages.map(({ key, value }) => [key, value]));
  const before = names(await planter.jar.getCookies(hosted));
  const after = names(await victim.jar.getCookies(hosted));
  const sessions = [...after.keys()].filter((name) => /session/.test(name) && !name.endsWith('.sig'));
  assert.ok(sessions.length > 0);
  for (const name of sessions) assert.notEqual(after.get(name), before.get(name));
});

test('ATK-12 ATK-20 one form posted twenty times at the same moment, at two processes, signs in once', async () => {
  const session = service.browse();
  const form = await openSignIn(session, hosted);
  const answers: Page[] = await atOnce(20, () =>
    session.submit(form, { username: 'victim@example.com', password: PASSWORD }),
  );
  const finished = await atOnce(answers.length, async (index) => {
    const answer = answers[index];
    return answer?.location ? session.follow(answer, hosted) : answer;
  });
  const codes = new Set(
    finished.map((page) => new URL(page?.location ?? 'x:').searchParams.get('code')).filter(Boolean),
  );
  assert.equal(codes.size, 1);
});
