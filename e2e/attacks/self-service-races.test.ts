/** Attacks on what an application's people do through the JSON API, many at the same moment, at two processes in turn. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { codeTo, outcomes, PASSWORD, record, refused } from '../sdk-application.ts';
import {
  ask,
  FIFTEEN_MINUTES,
  many,
  NEW,
  open,
  other,
  own,
  service,
  times,
  update,
  verify,
} from './self-service-stage.ts';

test('ATK-40 fifty codes at the same moment get five tries, wherever a code is taken', async () => {
  const app = await open();
  const email = 'guessed@example.com';
  await app.signUp('maria', { email });
  const doors: (() => Promise<[code: string, guess: (code: string) => Promise<unknown>]>)[] = [
    async () => [await codeTo(service, email), (code) => app.confirm('maria', code)],
    async () => {
      await app.forgot('maria');
      return [await codeTo(service, email), (code) => app.reset('maria', code, NEW)];
    },
    async () => {
      const { access } = await app.signIn('maria');
      await ask(access);
      return [await codeTo(service, email), (code) => verify(access, code)];
    },
  ];
  for (const door of doors) {
    const [code, guess] = await door();
    const results = await many(50, (index) => guess(other(code, index)));
    assert.equal(times(results, 'CodeMismatchException'), 5);
    assert.equal(times(results, 'LimitExceededException'), 45);
    await refused(guess(code), 'LimitExceededException');
    if (door === doors[0]) {
      await service.shiftClock(4 * FIFTEEN_MINUTES);
      await app.confirm('maria', code);
    }
  }
  await service.shiftClock(-4 * FIFTEEN_MINUTES);
});

test('ATK-26 a code that comes twenty times at the same moment is used once', async () => {
  const app = await open();
  const email = 'once@example.com';
  await app.signUp('maria', { email });
  const code = await codeTo(service, email);
  assert.equal(times(await many(20, () => app.confirm('maria', code)), 'done'), 1);
  const { access } = await app.signIn('maria');
  await ask(access);
  const verification = await codeTo(service, email);
  assert.equal(times(await many(20, () => verify(access, verification)), 'done'), 1);
  await app.forgot('maria');
  const reset = await codeTo(service, email);
  const passwords = Array.from({ length: 10 }, (_, index) => `Correct-Horse-${100 + index}`);
  const results = await many(10, (index) => app.reset('maria', reset, passwords[index] ?? ''));
  assert.equal(times(results, 'done'), 1);
  await app.signIn('maria', passwords[results.indexOf('done')]);
  assert.equal(times(await many(5, () => app.signUp('paul')), 'done'), 1);
});

test('USR-180 USR-183 two who prove one address at the same moment: exactly one has it', async () => {
  const app = await open({ AliasAttributes: ['email'] });
  for (let round = 0; round < 5; round++) {
    const email = `contested-${round}@example.com`;
    await app.signUp(`new-${round}`, { email });
    const confirmation = await codeTo(service, email);
    const { access } = await app.join(`old-${round}`, `old-${round}@example.com`);
    await update(access, { email });
    const verification = await codeTo(service, email);
    const results = await outcomes([app.confirm(`new-${round}`, confirmation), verify(access, verification)]);
    assert.deepEqual(results.toSorted(), ['AliasExistsException', 'done']);
    const holder = await app.look(email);
    assert.equal(holder.Username, results[0] === 'done' ? `new-${round}` : `old-${round}`);
  }
});

test('USR-181 of five who take one address over at the same moment exactly one has it in the end', async () => {
  const app = await open({ AliasAttributes: ['email'] });
  const email = 'torn@example.com';
  const codes: string[] = [];
  for (let i = 0; i < 5; i++) {
    await app.signUp(`person-${i}`, { email });
    codes.push(await codeTo(service, email));
  }
  await many(5, (index) => app.confirm(`person-${index}`, codes[index] ?? '', true));
  const people = await Promise.all(codes.map((_, index) => app.look(`person-${index}`)));
  const proven = people.filter(({ UserAttributes }) => record(UserAttributes).email_verified === 'true');
  assert.equal(proven.length, 1);
  assert.equal((await app.look(email)).Username, proven[0]?.Username);
});

test('USR-187 USR-196 of many who take one name at the same moment exactly one has it', async () => {
  const byEmail = await open({ UsernameAttributes: ['email'], AutoVerifiedAttributes: [] });
  const people = await Promise.all(
    Array.from({ length: 6 }, async (_, index) => {
      const name = `person-${index}@example.com`;
      const { UserPoolId, administrator } = byEmail;
      await administrator.send(
        new AdminCreateUserCommand({ UserPoolId, Username: name, MessageAction: 'SUPPRESS' }),
      );
      const set = { UserPoolId, Username: name, Password: PASSWORD, Permanent: true };
      await administrator.send(new AdminSetUserPasswordCommand(set));
      return byEmail.signIn(name);
    }),
  );
  const email = 'wanted@example.com';
  const changed = await many(6, (index) => update(people[index]?.access ?? '', { email }));
  assert.equal(times(changed, 'done'), 1);
  assert.equal(times(changed, 'AliasExistsException'), 5);
  assert.equal((await own(people[changed.indexOf('done')]?.access ?? '')).email, email);

  const preferring = await open({ AliasAttributes: ['preferred_username'] });
  const { access } = await preferring.join('maria', 'maria-prefers@example.com');
  for (let round = 0; round < 10; round++) {
    const name = `name-${round}`;
    const results = await outcomes([preferring.signUp(name), update(access, { preferred_username: name })]);
    assert.ok(times(results, 'done') <= 1, results.join());
  }
});
