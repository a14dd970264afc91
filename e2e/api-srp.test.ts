/** Proving a password by SRP through the JSON API: the AWS SDK calls, the official JavaScript client computes. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import {
  AdminDisableUserCommand,
  AdminUpdateUserAttributesCommand,
  ChangePasswordCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { decodeJwt } from 'jose';
import { PASSWORD, refused } from './sdk-application.ts';
import { hashOf, openSignIn, type Texts, tokensOf } from './sign-in-application.ts';
import { startSrpClient, timestampOf } from './srp-client.ts';
import { type Foyer, startFoyer } from './start.ts';

const MINUTE = 60_000;
const NEW = 'Another-Horse-8';

let foyer: Foyer;
before(async () => {
  foyer = await startFoyer();
});
const open = (...settings: [object?, object?]) => openSignIn(foyer, ...settings);

test('SEC-09 SEC-10 SEC-11 SEC-12 a client with a secret proves it at every step', async () => {
  const app = await open({ AliasAttributes: ['email'] }, { GenerateSecret: true });
  const { ClientId = '', ClientSecret = '' } = app;
  await app.person('maria', { email: 'maria@example.com', email_verified: 'true' });
  const SECRET_HASH = hashOf(ClientSecret, 'maria@example.com', ClientId);
  const given = { USERNAME: 'maria@example.com', PASSWORD };
  const none = `Client ${ClientId} is configured with secret but SECRET_HASH was not received`;
  const wrong = `Unable to verify secret hash for client ${ClientId}`;
  const no = 'NotAuthorizedException';
  await refused(app.initiate('USER_PASSWORD_AUTH', given), no, none);
  const others = hashOf(ClientSecret, 'maria', ClientId);
  await refused(app.initiate('USER_PASSWORD_AUTH', { ...given, SECRET_HASH: others }), no, wrong);
  await refused(app.admin('ADMIN_NO_SRP_AUTH', given), no, none);
  const { refresh } = tokensOf(await app.initiate('USER_PASSWORD_AUTH', { ...given, SECRET_HASH }));

  const { prove, challenge } = await app.srp('maria@example.com', { SECRET_HASH });
  const answer = await prove();
  await refused(app.respond('PASSWORD_VERIFIER', challenge.Session, answer), no, none);
  const proven = { ...answer, SECRET_HASH: others };
  tokensOf(await app.respond('PASSWORD_VERIFIER', challenge.Session, proven));

  const again = (more: Texts) => app.initiate('REFRESH_TOKEN_AUTH', { REFRESH_TOKEN: refresh, ...more });
  await refused(again({}), no, none);
  await refused(again({ SECRET_HASH }), no, wrong);
  tokensOf(await again({ SECRET_HASH: others }));
  await app.administrator.send(new AdminDisableUserCommand(app.named('maria')));
  await refused(again({}), no, none);
  await refused(again({ SECRET_HASH: others }), no, 'User is disabled.');
});

test('SEC-17 SEC-18 SEC-57 a proven alias is the person, by password and by SRP; an unproven one is nobody', async () => {
  const app = await open({ AliasAttributes: ['email', 'phone_number', 'preferred_username'] });
  await app.person('maria', {
    email: 'maria@example.com',
    email_verified: 'true',
    phone_number: '+12065550100',
    phone_number_verified: 'true',
  });
  await app.administrator.send(
    new AdminUpdateUserAttributesCommand({
      ...app.named('maria'),
      UserAttributes: [{ Name: 'preferred_username', Value: 'mimi' }],
    }),
  );
  await app.person('paul', { email: 'paul@example.com', phone_number: '+12065550101' });
  for (const alias of ['maria@example.com', '+12065550100', 'mimi']) {
    assert.equal(decodeJwt(tokensOf(await app.password(alias)).access)['username'], 'maria');
    const { challenge, finish } = await app.srp(alias);
    assert.equal(challenge.ChallengeParameters?.['USER_ID_FOR_SRP'], 'maria');
    assert.equal(decodeJwt(tokensOf(await finish()).access)['username'], 'maria');
  }
  for (const alias of ['paul@example.com', '+12065550101']) {
    await refused(app.password(alias), 'UserNotFoundException', 'User does not exist.');
    await refused(app.srp(alias), 'UserNotFoundException');
  }
});

test('SEC-15 SEC-16 SEC-56 SEC-58 SEC-64 SEC-25 SRP: a challenge, a proof, tokens; a wrong password proves nothing', async () => {
  const app = await open({}, { ExplicitAuthFlows: [] });
  await app.person('maria');
  const { challenge, prove } = await app.srp('maria');
  assert.equal(challenge.ChallengeName, 'PASSWORD_VERIFIER');
  assert.equal(challenge.AuthenticationResult, undefined);
  const { Session = '', ChallengeParameters: parameters = {} } = challenge;
  assert.ok(Session.length >= 20 && Session.length <= 2048, String(Session.length));
  assert.deepEqual(Object.keys(parameters).toSorted(), [
    'SALT',
    'SECRET_BLOCK',
    'SRP_B',
    'USERNAME',
    'USER_ID_FOR_SRP',
  ]);
  assert.equal(parameters['USER_ID_FOR_SRP'], 'maria');
  for (const name of ['SALT', 'SRP_B']) assert.match(parameters[name] ?? '', /^[1-9a-f][0-9a-f]*$/);
  // Without the session: the secret block says all.
  tokensOf(await app.respond('PASSWORD_VERIFIER', undefined, await prove()));
  const second = await app.srp('maria');
  await refused(second.finish(`${PASSWORD}?`), 'NotAuthorizedException', 'Incorrect username or password.');
});

test('SEC-55 the official client completes a sign-in with a server number of an odd count of digits', async () => {
  const app = await open();
  await app.person('maria');
  const srp = await startSrpClient(app.UserPoolId);
  const begin = () => app.initiate('USER_SRP_AUTH', { USERNAME: 'maria', SRP_A: srp.publicValue });
  // One number in sixteen begins with a zero digit, which is not sent.
  let challenge = await begin();
  const digits = () => challenge.ChallengeParameters?.['SRP_B']?.length;
  for (let tries = 0; digits() !== 767 && tries < 300; tries++) challenge = await begin();
  assert.equal(digits(), 767);
  const proof = await srp.prove(challenge.ChallengeParameters, PASSWORD);
  tokensOf(await app.respond('PASSWORD_VERIFIER', challenge.Session, proof));
});

test('SEC-59 SEC-60 the time of a proof may be five minutes off, and is written as clients write it', async () => {
  const app = await open();
  await app.person('maria');
  const at = async (ms: number, form = (text: string) => text) => {
    const { challenge, prove } = await app.srp('maria');
    const answer = await prove(PASSWORD, form(timestampOf(new Date(Date.now() + ms))));
    return app.respond('PASSWORD_VERIFIER', challenge.Session, answer);
  };
  tokensOf(await at(-4 * MINUTE));
  tokensOf(await at(4 * MINUTE));
  await refused(at(-6 * MINUTE), 'NotAuthorizedException');
  await refused(at(6 * MINUTE), 'NotAuthorizedException');
  await refused(
    at(0, () => new Date().toISOString()),
    'InvalidParameterException',
    'TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.',
  );
});

test('SEC-65 a password that was set in the clear proves by SRP, and one that was changed does at once', async () => {
  const app = await open();
  await app.person('maria');
  const { access } = tokensOf(await (await app.srp('maria')).finish());
  await app.sdk.send(
    new ChangePasswordCommand({ AccessToken: access, PreviousPassword: PASSWORD, ProposedPassword: NEW }),
  );
  await refused((await app.srp('maria')).finish(PASSWORD), 'NotAuthorizedException');
  tokensOf(await (await app.srp('maria')).finish(NEW));
  tokensOf(await app.password('maria', NEW));
});
