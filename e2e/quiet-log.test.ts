import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHttpSession } from './http-session.ts';
import { type AuditLine, isCall } from './observed.ts';
import { hostedAt, openSignIn, signUp } from './person.ts';
import { startFoyer } from './start.ts';
import { storyPool } from './story-pool.ts';

const EMAIL = 'mina.secret@example.com';

test('a quiet log hides no event: links opened from mail, and an account that is locked', async () => {
  const [pool] = storyPool().pools;
  const settings = {
    ...pool?.settings,
    VerificationMessageTemplate: { DefaultEmailOption: 'CONFIRM_WITH_LINK' },
  };
  const quiet = await startFoyer({
    poolFile: storyPool({ settings }),
    env: { FOYER_LOG_LEVEL: 'error' },
    clockShift: false,
  });
  const hosted = hostedAt(quiet);
  await signUp(openHttpSession(), hosted, EMAIL);
  const [mail] = await quiet.mailbox();
  const link = /href="([^"]*\/confirmUser[^"]*)"/.exec(mail?.html ?? '')?.[1]?.replaceAll('&amp;', '&') ?? '';
  await fetch(link.replace(/confirmation_code=\d+/, 'confirmation_code=unknown'));
  for (let i = 0; i < 2; i++) assert.equal((await fetch(link)).status, 200);
  const session = openHttpSession();
  // The fifth failure locks for a second, each further one for twice as long: nine meet a lock however slow they are.
  for (let i = 0; i < 9; i++)
    await session.submit(await openSignIn(session, hosted), {
      username: EMAIL,
      password: 'Mistyped-Horse-7',
    });
  assert.equal(await quiet.stop(), 0);

  // In development it also greets, in plain words.
  const written = quiet.log().filter((line) => line.startsWith('{'));
  const lines = written.map((line) => JSON.parse(line) as AuditLine);
  assert.ok(lines.every(({ audit }) => audit === true));
  const told = lines.filter((line) => !isCall(line));
  const accounts = new Set(told.map((line) => line.additionalEventData.sub).filter((id) => id !== undefined));
  assert.equal(accounts.size, 1);
  const events = told.map(({ eventName, outcome, errorCode }) =>
    [eventName, outcome, errorCode].filter(Boolean).join(' '),
  );
  assert.deepEqual(events.slice(0, 8), [
    'sign-up success',
    'sign-up-confirmation refused code-wrong',
    'sign-up-confirmation success',
    ...Array(5).fill('sign-in refused credentials-wrong'),
  ]);
  assert.ok(events.slice(8).includes('sign-in refused attempts-exceeded'));
});
