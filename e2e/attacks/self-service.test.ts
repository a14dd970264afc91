/**
 * Attacks on what an application's people do through the JSON API, at two processes in turn: what one process alone
 * remembers or forbids is no defence. What many try at the same moment is in `self-service-races.test.ts`; the pages'
 * own are beside this.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  AdminDisableUserCommand,
  DeleteUserCommand,
  GetUserCommand,
  RevokeTokenCommand,
  UpdateUserAttributesCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { codeTo, PASSWORD, refused } from '../sdk-application.ts';
import {
  ask,
  changePassword,
  either,
  FIFTEEN_MINUTES,
  many,
  NEW,
  open,
  own,
  service,
  times,
  update,
  verify,
} from './self-service-stage.ts';

test('ATK-24 a code is good for whom it was sent to, and for what it was sent for', async () => {
  const app = await open();
  const [attacker, victim] = ['attacker@example.com', 'victim@example.com'];
  await app.join('victim', victim);
  await app.signUp('attacker', { email: attacker });
  const confirmation = await codeTo(service, attacker);
  await app.forgot('victim');
  const victims = await codeTo(service, victim);
  if (confirmation !== victims)
    await refused(app.reset('victim', confirmation, NEW), 'CodeMismatchException');
  await app.confirm('attacker', confirmation);
  await app.forgot('attacker');
  const reset = await codeTo(service, attacker);
  const { access } = await app.signIn('attacker');
  await refused(verify(access, reset), 'ExpiredCodeException');
  await ask(access);
  const verification = await codeTo(service, attacker);
  if (verification !== reset) {
    await refused(app.reset('attacker', verification, NEW), 'CodeMismatchException');
    await refused(verify(access, reset), 'CodeMismatchException');
  }
  await refused(verify(access, verification, 'phone_number'), 'ExpiredCodeException');
  if (reset !== victims) await refused(app.reset('victim', reset, NEW), 'CodeMismatchException');
  await app.signIn('victim');
});

test('ATK-24 nobody makes an address of somebody else’s a proven one, or resets a password by an unproven one', async () => {
  const app = await open({ AliasAttributes: ['email'] });
  const { access } = await app.join('attacker', 'attacker-2@example.com');
  await ask(access);
  const code = await codeTo(service, 'attacker-2@example.com');
  await update(access, { email: 'victim-2@example.com' });
  if (code !== (await codeTo(service, 'victim-2@example.com')))
    await refused(verify(access, code), 'CodeMismatchException');
  assert.equal((await own(access)).email_verified, 'false');
  await refused(app.forgot('attacker'), 'InvalidParameterException');
  await refused(update(access, { email_verified: 'true' }), 'NotAuthorizedException');
  await refused(app.signIn('victim-2@example.com'), 'UserNotFoundException');
});

test('ATK-24 a reset code is void once the address that it went to is the account’s no more', async () => {
  const app = await open();
  const email = 'leaving@example.com';
  const { access } = await app.join('maria', email);
  await app.forgot('maria');
  const code = await codeTo(service, email);
  await update(access, { email: 'arrived@example.com' });
  await refused(app.reset('maria', code, NEW), 'ExpiredCodeException');
  await app.signIn('maria');
});

test('ATK-40 ATK-42 ATK-46 a stolen token is no way to guess the password, and not enough to change it', async () => {
  const app = await open();
  const { access } = await app.join('maria', 'robbed@example.com');
  await refused(changePassword(access), 'NotAuthorizedException', 'Incorrect username or password.');
  const results = await many(30, (index) => changePassword(access, `Wrong-Horse-${index}`));
  assert.equal(times(results, 'done'), 0);
  // One guess after each lock: the next is twice as long, a minute at last.
  for (let i = 0; i < 6; i++) {
    await service.shiftClock(2 * 60_000);
    await refused(changePassword(access, `Wrong-Horse-${i}`), 'NotAuthorizedException');
  }
  const locked = 'Password attempts exceeded';
  await refused(app.signIn('maria'), 'NotAuthorizedException', locked);
  await refused(changePassword(access, PASSWORD), 'NotAuthorizedException', locked);
  await service.shiftClock(2 * FIFTEEN_MINUTES);
  await app.signIn('maria');
  await service.shiftClock(-2 * FIFTEEN_MINUTES - 12 * 60_000);
});

test('ATK-47 a stranger is answered the same, whoever is named', async () => {
  const app = await open(
    { UsernameAttributes: ['email'] },
    { PreventUserExistenceErrors: 'ENABLED', ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'] },
  );
  const [nobody = '', waiting = '', proven = '', barred = '', unproven = ''] = [
    'nobody',
    'waited',
    'proven',
    'barred',
    'unsure',
  ].map((name) => `n-${name}@example.com`);
  await app.signUp(waiting);
  for (const name of [proven, barred, unproven]) {
    await app.signUp(name);
    if (name !== unproven) await app.confirm(name, await codeTo(service, name));
  }
  const { UserPoolId, administrator } = app;
  await administrator.send(new AdminDisableUserCommand({ UserPoolId, Username: barred }));
  const seen = async (call: Promise<unknown>) => {
    try {
      const { $metadata, ...answer } = (await call) as { $metadata: object };
      return answer;
    } catch (error) {
      const { name, message } = error as Error;
      return { name, message };
    }
  };
  const recovery = async (name: string) => {
    const answers: unknown[] = [];
    for (let i = 0; i < 7; i++) answers.push(await seen(app.forgot(name)));
    for (let i = 0; i < 7; i++) answers.push(await seen(app.reset(name, `00000${i}`, NEW)));
    return answers;
  };
  const expected = await recovery(nobody);
  for (const name of [waiting, proven, barred, unproven])
    assert.deepEqual(await recovery(name), expected, name);
  const confirming = async (name: string) => {
    const answers: unknown[] = [];
    for (let i = 0; i < 7; i++) answers.push(await seen(app.resend(name)));
    return answers;
  };
  assert.deepEqual(await confirming(waiting), await confirming('n-nobody2@example.com'));
});

test('no mailbox is flooded, and what was sent too often stays what it was', async () => {
  const app = await open();
  const email = 'flooded@example.com';
  await app.signUp('maria', { email });
  const results = await many(20, () => app.resend('maria'));
  assert.equal(times(results, 'done'), 5);
  assert.equal(times(results, 'LimitExceededException'), 15);
  assert.equal((await service.mailbox()).filter(({ to }) => to === email).length, 6);
});

test('ATK-11 ATK-52 a token acts on its own person in its own pool, whatever else is named', async () => {
  const here = await open();
  const there = await open();
  const mine = await here.join('maria', 'here@example.com', { nickname: 'Here' });
  const theirs = await there.join('maria', 'there@example.com', { nickname: 'There' });
  await update(mine.access, { nickname: 'Changed' });
  assert.equal((await own(theirs.access)).nickname, 'There');
  const revoke = { Token: theirs.refresh, ClientId: here.ClientId };
  await either.send(new RevokeTokenCommand(revoke));
  await own(theirs.access);
  const [head, body, mark] = mine.access.split('.');
  const claims = JSON.parse(Buffer.from(body ?? '', 'base64url').toString());
  for (const change of [
    { iss: claims.iss.replace(here.UserPoolId, there.UserPoolId) },
    { iss: `https://elsewhere.example.com/${here.UserPoolId}` },
    { sub: 'somebody-else' },
    { scope: 'openid' },
  ]) {
    const forged = Buffer.from(JSON.stringify({ ...claims, ...change })).toString('base64url');
    const AccessToken = `${head}.${forged}.${mark}`;
    await refused(either.send(new GetUserCommand({ AccessToken })), 'NotAuthorizedException');
    await refused(either.send(new DeleteUserCommand({ AccessToken })), 'NotAuthorizedException');
  }
  await own(mine.access);
});

test('names of attributes that are special to JavaScript are names like others', async () => {
  const app = await open();
  const { access } = await app.join('maria', 'special@example.com');
  for (const Name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    const UserAttributes = [{ Name, Value: 'x' }];
    await refused(
      either.send(new UpdateUserAttributesCommand({ AccessToken: access, UserAttributes })),
      'InvalidParameterException',
    );
  }
  assert.deepEqual(Object.keys(await own(access)).sort(), ['email', 'email_verified', 'sub']);
});
