import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  AdminCreateUserCommand,
  AdminGetUserCommand,
  CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';
import { sentences } from '../../server/flow/texts/en-sentences.ts';
import { type HttpSession, type Page, readForm } from '../http-session.ts';
import { mailedCode, openSignIn, PASSWORD, poolFileUser, signIn } from '../person.ts';
import { STORY, storyPool } from '../story-pool.ts';
import { atOnce, startTwoProcesses } from './two-processes.ts';

const NAMES = ['attacker', 'victim', 'mia'];
const users = NAMES.map(poolFileUser);
const service = await startTwoProcesses(storyPool({ users }));
const { hosted } = service;
const says = (page: Page, reason: keyof typeof sentences) => page.body.includes(sentences[reason]);

/** The address of another page of a sign-in. */
function pageOf(signIn: Page, path: string): string {
  return `${hosted}${path}${new URL(signIn.url).search}`;
}

/** Asks for a code, up to the page that wants it. */
async function askForCode(session: HttpSession, email: string): Promise<Page> {
  const form = await session.get(pageOf(await openSignIn(session, hosted), '/forgotPassword'));
  return session.follow(await session.submit(form, { username: email }), hosted);
}

test('ATK-24 a code sets the password of whom it was sent to, whoever is named beside it', async () => {
  const session = service.browse();
  const reset = await askForCode(session, 'attacker@example.com');
  const code = await mailedCode(service, 'attacker@example.com');
  const password = 'Attackers-Horse-8';

  // The page opened by its address asks for a name; a victim's does not go with the attacker's code, or with none.
  const fresh = service.browse();
  const direct = await fresh.get(pageOf(await openSignIn(fresh, hosted), '/confirmForgotPassword'));
  const victim = { username: 'victim@example.com', password };
  assert.ok(says(await fresh.submit(direct, { ...victim, code }), 'code-expired'), 'no code was ever sent');
  await askForCode(service.browse(), 'victim@example.com');
  assert.ok(says(await fresh.submit(direct, { ...victim, code }), 'code-wrong'));
  for (const none of ['', ' ', '0', '[object Object]'])
    assert.equal((await fresh.submit(direct, { ...victim, code: none })).status, 400);

  // The attacker's own page takes no other name.
  const done = await session.submit(reset, { ...victim, code });
  assert.equal(done.status, 303);
  assert.ok(
    await signIn(hosted, 'victim@example.com', service.browse()),
    'the victim’s password is what it was',
  );
  const page = await session.submit(await openSignIn(session, hosted), {
    username: 'victim@example.com',
    password,
  });
  assert.ok(says(page, 'credentials-wrong'));
  const own = await session.submit(page, { username: 'attacker@example.com', password });
  assert.match((await session.follow(own, hosted)).location ?? '', /[?&]code=/);
});

test('ATK-26 one code, twenty new passwords at two processes at the same moment: one is set', async () => {
  const session = service.browse();
  const reset = await askForCode(session, 'mia@example.com');
  const code = await mailedCode(service, 'mia@example.com');
  const passwords = Array.from({ length: 20 }, (_, index) => `Correct-Horse-${100 + index}`);
  const answers = await atOnce(20, (index) =>
    session.submit(reset, { code, password: passwords[index] ?? '' }),
  );
  const set = passwords.filter((_, index) => answers[index]?.status === 303);
  assert.equal(set.length, 1);
  const signedIn = await session.submit(await openSignIn(session, hosted), {
    username: 'mia@example.com',
    password: set[0] ?? '',
  });
  assert.match((await session.follow(signedIn, hosted)).location ?? '', /[?&]code=/);
  assert.ok(!(await session.submit(reset, { code, password: PASSWORD })).location, 'it is used up');
});

test('ATK-28 an invitation is taken while it is good, and not afterwards', async () => {
  const [one] = service.foyers;
  const credentials = { accessKeyId: one.accessKeyId, secretAccessKey: one.secretAccessKey };
  const api = new CognitoIdentityProviderClient({ region: 'us-east-1', endpoint: one.url, credentials });
  const password = 'Temporary-Horse-9';
  for (const name of ['early', 'late'])
    await api.send(
      new AdminCreateUserCommand({
        UserPoolId: STORY.poolId,
        Username: `${name}@example.com`,
        TemporaryPassword: password,
      }),
    );
  const arrive = async (name: string) => {
    const session = service.browse();
    const form = await openSignIn(session, hosted);
    const sent = await session.submit(form, { username: `${name}@example.com`, password });
    return { session, page: await session.follow(sent, hosted) };
  };
  assert.match((await arrive('early')).page.url, /\/newPassword\?/);
  const week = 7 * 24 * 3_600_000 + 1000;
  await service.shiftClock(week);
  const { session, page } = await arrive('late');
  assert.ok(says(page, 'temporary-password-expired'), page.body);
  // Nor by going on to the page that would take the new password.
  const { values } = readForm(page);
  const skipped = await session.post(pageOf(page, '/newPassword'), { ...values, password: 'Stolen-Horse-9' });
  assert.match(skipped.location ?? '', /\/login\?/);
  // Back to where the signatures of this test are of today.
  await service.shiftClock(-week);
  const { UserStatus } = await api.send(
    new AdminGetUserCommand({ UserPoolId: STORY.poolId, Username: 'late@example.com' }),
  );
  assert.equal(UserStatus, 'FORCE_CHANGE_PASSWORD');
});
