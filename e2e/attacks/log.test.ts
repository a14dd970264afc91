import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHttpSession } from '../http-session.ts';
import { hostedAt, mailedCode, openSignIn, PASSWORD, redeem, signUpAndConfirm } from '../person.ts';
import { codeTo, openApplication } from '../sdk-application.ts';
import { holder } from '../sdk-person.ts';
import { startFoyer } from '../start.ts';
import { STORY, storyPool } from '../story-pool.ts';

test('after a whole sign-in, and one that fails, the log holds nothing of what was typed, sent or issued', async () => {
  const foyer = await startFoyer({ poolFile: storyPool(), env: { FOYER_LOG_LEVEL: 'trace' } });
  const hosted = hostedAt(foyer);
  const code = await signUpAndConfirm(foyer, 'maria@example.com');
  const mailed = await mailedCode(foyer, 'maria@example.com');
  const { status, body } = await redeem(hosted, code);
  assert.equal(status, 200);

  const session = openHttpSession();
  const page = await openSignIn(session, hosted, { state: 'a-state-of-the-application' });
  await session.submit(page, { username: 'maria@example.com', password: 'Wrong-Horse-7' });
  await redeem(hosted, 'a-code-that-was-never-given');
  await fetch(`${hosted}/oauth2/token`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${STORY.webClient}:a-wrong-secret`).toString('base64')}`,
    },
    body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: body['refresh_token'] ?? '' }),
  });

  await foyer.stop();
  const log = foyer.log().join('\n');
  assert.match(log, /"path":"\/story\/login"/);
  assert.match(log, /"path":"\/story\/oauth2\/token"/);
  const secrets = {
    PASSWORD,
    code,
    mailed: `"${mailed}"`,
    wrong: 'Wrong-Horse-7',
    state: 'a-state-of-the-application',
    unknown: 'a-code-that-was-never-given',
    secret: 'a-wrong-secret',
    sealed: STORY.webSecret,
    access: body['access_token'] ?? '',
    id: body['id_token'] ?? '',
    refresh: body['refresh_token'] ?? '',
  };
  for (const [name, secret] of Object.entries(secrets)) {
    assert.ok(secret.length > 5, name);
    assert.ok(!log.includes(secret), `the log holds the ${name}`);
  }
});

test('after all that people do through the API, the log and the audit hold nothing of what was typed, sent or issued', async () => {
  const foyer = await startFoyer({ env: { FOYER_LOG_LEVEL: 'trace' } });
  const app = await openApplication(foyer);
  const email = 'logged@example.com';
  const password = 'Typed-Horse-9';
  const codes: string[] = [];
  const read = async (address = email) => {
    codes.push(await codeTo(foyer, address));
    return codes.at(-1) ?? '';
  };
  await app.signUp('maria', { email, nickname: 'a-nickname-of-hers' }, password);
  await app.confirm('maria', 'not-the-code').catch(() => undefined);
  await app.confirm('maria', await read());
  const tokens = await app.signIn('maria', password);
  const me = holder(app, tokens.access);
  await me.ask('email');
  await me.verify('email', await read());
  await me.update({ website: 'https://hers.example.com/' });
  await me.changePassword('Wrong-Horse-7', 'Changed-Horse-8').catch(() => undefined);
  await me.changePassword(password, 'Changed-Horse-8');
  await app.forgot('maria');
  await app.reset('maria', await read(), 'Reset-Horse-10');
  await app.signIn('maria', password).catch(() => undefined);

  await foyer.stop();
  const log = foyer.log().join('\n');
  assert.match(log, /ConfirmForgotPassword/);
  const typed = [password, 'Wrong-Horse-7', 'Changed-Horse-8', 'Reset-Horse-10', 'not-the-code'];
  const told = [email, 'a-nickname-of-hers', 'https://hers.example.com/'];
  for (const secret of [...typed, ...told, ...codes.map((code) => `"${code}"`), ...Object.values(tokens)]) {
    assert.ok(secret.length > 5);
    assert.ok(!log.includes(secret), `the log holds ${secret}`);
  }
});
