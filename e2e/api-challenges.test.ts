/** The steps of a sign-in through the JSON API after the first: sessions, the first password of one’s own, a choice. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { decodeJwt } from 'jose';
import { PASSWORD, record, refused } from './sdk-application.ts';
import { openSignIn, type Texts, tokensOf } from './sign-in-application.ts';
import { startSrpClient, timestampOf } from './srp-client.ts';
import { type Foyer, startFoyer } from './start.ts';

const MINUTE = 60_000;
const NEW = 'Another-Horse-8';

let foyer: Foyer;
before(async () => {
  foyer = await startFoyer();
});
const open = (...settings: [object?, object?]) => openSignIn(foyer, ...settings);
/** Does something so much later, and comes back. */
async function later(ms: number, work: () => Promise<unknown>): Promise<void> {
  await foyer.shiftClock(ms);
  await work().finally(() => foyer.shiftClock(-ms));
}

test('SEC-88 SEC-89 SEC-90 SEC-91 SEC-92 SEC-97 the first password of one’s own, and what the profile lacks', async () => {
  const app = await open({
    Schema: [
      { Name: 'given_name', AttributeDataType: 'String', Required: true, Mutable: true },
      { Name: 'email', AttributeDataType: 'String', Required: true, Mutable: true },
    ],
  });
  await app.invited('maria', { email: 'maria@example.com', email_verified: 'true' });
  for (const begin of [() => app.password('maria'), async () => (await app.srp('maria')).finish()]) {
    const { ChallengeName, ChallengeParameters, AuthenticationResult } = await begin();
    assert.equal(ChallengeName, 'NEW_PASSWORD_REQUIRED');
    assert.equal(AuthenticationResult, undefined);
    const { userAttributes = '', requiredAttributes = '' } = ChallengeParameters ?? {};
    assert.deepEqual(JSON.parse(userAttributes), {
      given_name: '',
      email: 'maria@example.com',
      email_verified: 'true',
    });
    assert.deepEqual(JSON.parse(requiredAttributes), ['userAttributes.given_name']);
  }
  const { Session } = await app.password('maria');
  const answer = (more: Texts) =>
    app.respond('NEW_PASSWORD_REQUIRED', Session, { USERNAME: 'maria', NEW_PASSWORD: NEW, ...more });
  await refused(answer({}), 'InvalidParameterException');
  assert.equal((await app.look('maria')).UserStatus, 'FORCE_CHANGE_PASSWORD');
  const { id } = tokensOf(await answer({ 'userAttributes.given_name': 'Maria' }));
  assert.equal(decodeJwt(id)['given_name'], 'Maria');
  assert.equal((await app.look('maria')).UserStatus, 'CONFIRMED');
  await refused(app.password('maria'), 'NotAuthorizedException');
  tokensOf(await (await app.srp('maria')).finish(NEW));
});

test('SEC-93 SEC-94 SEC-95 a first password may be tried again; a contact that changes is proven no more', async () => {
  const app = await open();
  await app.invited('maria', { email: 'maria@example.com', email_verified: 'true' });
  const { Session } = await app.password('maria');
  const answer = (more: Texts) =>
    app.respond('NEW_PASSWORD_REQUIRED', Session, { USERNAME: 'maria', NEW_PASSWORD: NEW, ...more });
  await refused(answer({ NEW_PASSWORD: 'weak' }), 'InvalidPasswordException');
  await refused(answer({ 'userAttributes.email_verified': 'true' }), 'NotAuthorizedException');
  await refused(answer({ 'userAttributes.phone_number_verified': 'true' }), 'NotAuthorizedException');
  tokensOf(await answer({ 'userAttributes.email': 'other@example.com' }));
  const { email, email_verified } = record((await app.look('maria')).UserAttributes);
  assert.deepEqual([email, email_verified], ['other@example.com', 'false']);
});

test('SEC-45 SEC-47 a session is good for as long as the client gives, and once', async () => {
  const app = await open({}, { AuthSessionValidity: 5 });
  await app.invited('maria');
  await app.invited('mia');
  const once = await app.password('mia');
  const answer = { USERNAME: 'mia', NEW_PASSWORD: NEW };
  tokensOf(await app.respond('NEW_PASSWORD_REQUIRED', once.Session, answer));
  await refused(
    app.respond('NEW_PASSWORD_REQUIRED', once.Session, answer),
    'NotAuthorizedException',
    'Invalid session for the user, session can only be used once.',
  );
  const { Session } = await app.password('maria');
  const { challenge, prove } = await app.srp('maria');
  const late = await prove(PASSWORD, timestampOf(new Date(Date.now() + 5 * MINUTE)));
  await later(5 * MINUTE, async () => {
    const expired = 'Invalid session for the user, session is expired.';
    const own = { USERNAME: 'maria', NEW_PASSWORD: NEW };
    await refused(app.respond('NEW_PASSWORD_REQUIRED', Session, own), 'NotAuthorizedException', expired);
    await refused(
      app.respond('PASSWORD_VERIFIER', challenge.Session, late),
      'NotAuthorizedException',
      expired,
    );
  });
});

test('USER_AUTH lets a person choose how to prove a password, or prefer one form from the beginning', async () => {
  const app = await open();
  await app.person('maria');
  const USERNAME = 'maria';
  const choose = await app.initiate('USER_AUTH', { USERNAME });
  assert.equal(choose.ChallengeName, 'SELECT_CHALLENGE');
  assert.deepEqual(choose.AvailableChallenges, ['PASSWORD_SRP', 'PASSWORD']);
  await refused(
    app.respond('SELECT_CHALLENGE', choose.Session, { USERNAME, ANSWER: 'SMS_OTP' }),
    'InvalidParameterException',
  );
  const choice = (password: string) =>
    app.respond('SELECT_CHALLENGE', choose.Session, { USERNAME, ANSWER: 'PASSWORD', PASSWORD: password });
  const no = 'NotAuthorizedException';
  // Who mistypes is asked again on the same page, by an application that still has the same session.
  await refused(choice('Wrong-Horse-7'), no, 'Incorrect username or password.');
  tokensOf(await choice(PASSWORD));
  await refused(choice(PASSWORD), no, 'Invalid session for the user, session can only be used once.');

  const srp = await startSrpClient(app.UserPoolId);
  const bySrp = await app.initiate('USER_AUTH', { USERNAME });
  const chosen = { USERNAME, ANSWER: 'PASSWORD_SRP', SRP_A: srp.publicValue };
  const verifier = await app.respond('SELECT_CHALLENGE', bySrp.Session, chosen);
  assert.equal(verifier.ChallengeName, 'PASSWORD_VERIFIER');
  const proof = await srp.prove(verifier.ChallengeParameters, PASSWORD);
  tokensOf(await app.respond('PASSWORD_VERIFIER', verifier.Session, proof));

  const preferring = (PREFERRED_CHALLENGE: string, more: Texts = {}) =>
    app.initiate('USER_AUTH', { USERNAME, PREFERRED_CHALLENGE, ...more });
  tokensOf(await preferring('PASSWORD', { PASSWORD }));
  const asked = await preferring('PASSWORD');
  assert.equal(asked.ChallengeName, 'PASSWORD');
  tokensOf(await app.respond('PASSWORD', asked.Session, { USERNAME, PASSWORD }));
  const started = await preferring('PASSWORD_SRP', { SRP_A: srp.publicValue });
  assert.equal(started.ChallengeName, 'PASSWORD_VERIFIER');
  assert.equal((await preferring('PASSWORD_SRP')).ChallengeName, 'PASSWORD_SRP');
  assert.equal((await preferring('EMAIL_OTP')).ChallengeName, 'SELECT_CHALLENGE');
  await refused(app.initiate('USER_AUTH', { USERNAME: 'nobody' }), 'UserNotFoundException');
});
