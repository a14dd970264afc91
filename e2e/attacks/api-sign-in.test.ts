/** What somebody tries who wants to sign in as another through the JSON API, or to know who could. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { AdminDisableUserCommand } from '@aws-sdk/client-cognito-identity-provider';
import { PASSWORD, refused } from '../sdk-application.ts';
import { tokensOf } from '../sign-in-application.ts';
import { startSrpClient } from '../srp-client.ts';
import { atOnce, NO, startAtBoth, times } from './sign-in-at-both.ts';

const NEW = 'Another-Horse-8';
const WRONG = 'Wrong-Horse-7';

/** See `guessing.test.ts`: what the throttle may let through while it counts. */
const FEW = 10;

let both: Awaited<ReturnType<typeof startAtBoth>>;
before(async () => {
  both = await startAtBoth();
});

test('ATK-40 ATK-42 thirty guesses in every form at the same moment: a handful is looked at', async () => {
  const app = await both.open();
  await app.person('maria');
  const proofs = await Promise.all(
    Array.from({ length: 8 }, async () => {
      const { challenge, prove } = await app.srp('maria');
      return { session: challenge.Session, proof: await prove(WRONG) };
    }),
  );
  const guess = { USERNAME: 'maria', PASSWORD: WRONG };
  const guesses: (() => Promise<unknown>)[] = [
    ...proofs.map(
      ({ session, proof }) =>
        () =>
          app.answer('PASSWORD_VERIFIER', session, proof),
    ),
    ...Array.from({ length: 8 }, () => () => app.begin('USER_PASSWORD_AUTH', guess)),
    ...Array.from(
      { length: 7 },
      () => () => app.begin('USER_AUTH', { ...guess, PREFERRED_CHALLENGE: 'PASSWORD' }),
    ),
    ...Array.from({ length: 7 }, () => () => app.admin('ADMIN_USER_PASSWORD_AUTH', guess)),
  ];
  const settled = await Promise.allSettled(guesses.map((one) => one()));
  const said = settled.map((result) => (result.status === 'rejected' ? String(result.reason.message) : 'in'));
  const looked = times(said, 'Incorrect username or password.');
  assert.ok(looked >= 1 && looked <= FEW, `${looked} were looked at`);
  assert.equal(times(said, 'in'), 0);
  await both.later(15 * 60_000, async () => tokensOf(await app.password('maria')));
});

test('ATK-47 SEC-34 SEC-33 a stranger is answered the same, whoever they name and however they ask', async () => {
  const app = await both.open({ AliasAttributes: ['email'] }, { PreventUserExistenceErrors: 'ENABLED' });
  await app.person('anna');
  await app.person('dora');
  await app.administrator.send(new AdminDisableUserCommand(app.named('dora')));
  await app.signUp('uwe1');
  await app.invited('tina');
  const srp = await startSrpClient(app.UserPoolId);

  const answerOf = (call: Promise<object>) =>
    call.then(
      (value) => value,
      (error: Error) => ({ name: error.name, message: error.message }),
    );
  const ask = async (USERNAME: string) => {
    const begun = await app.begin('USER_SRP_AUTH', { USERNAME, SRP_A: srp.publicValue });
    const { ChallengeParameters: { SALT = '', SRP_B = '', ...shown } = {}, Session = '' } = begun;
    assert.match(`${SALT} ${SRP_B}`, /^[0-9a-f]{26,32} [0-9a-f]{750,768}$/);
    const again = await app.begin('USER_SRP_AUTH', { USERNAME, SRP_A: srp.publicValue });
    assert.equal(again.ChallengeParameters?.['SALT'], SALT, 'a salt stays');
    assert.notEqual(again.ChallengeParameters?.['SRP_B'], SRP_B);
    const choice = await app.begin('USER_AUTH', { USERNAME });
    const seen = [
      {
        ...shown,
        SECRET_BLOCK: shown['SECRET_BLOCK']?.length,
        session: Session.length,
        name: begun.ChallengeName,
      },
      await answerOf(
        app.answer('PASSWORD_VERIFIER', Session, await srp.prove(begun.ChallengeParameters, WRONG)),
      ),
      await answerOf(app.begin('USER_PASSWORD_AUTH', { USERNAME, PASSWORD: WRONG })),
      await answerOf(app.admin('ADMIN_NO_SRP_AUTH', { USERNAME, PASSWORD: WRONG })),
      {
        name: choice.ChallengeName,
        challenges: choice.AvailableChallenges,
        parameters: choice.ChallengeParameters,
      },
      await answerOf(
        app.answer('SELECT_CHALLENGE', choice.Session, { USERNAME, ANSWER: 'PASSWORD', PASSWORD: WRONG }),
      ),
    ];
    return JSON.stringify(seen).replaceAll(USERNAME, 'NAME');
  };
  const [nobody, ...people] = await Promise.all(['gone', 'anna', 'dora', 'uwe1', 'tina'].map(ask));
  for (const person of people) assert.equal(person, nobody);
});

test('ATK-32 a name that only looks like somebody’s is somebody else’s, or nobody’s', async () => {
  const app = await both.open({
    AliasAttributes: ['email'],
    UsernameConfiguration: { CaseSensitive: false },
  });
  await app.person('maria', { email: 'maria@example.com', email_verified: 'true' });
  tokensOf(await app.password('MARIA@example.com'));
  for (const name of [
    'mаria',
    'mariа@example.com',
    'maria＠example.com',
    'maria@exаmple.com',
    'maria@example.com.',
  ])
    await refused(app.password(name), 'UserNotFoundException');
});

test('ATK-11 ATK-13 ATK-19 a refresh token is for its client, once where it rotates, and for nobody who was disabled', async () => {
  const app = await both.open();
  await app.person('maria');
  const { refresh } = tokensOf(await app.password('maria'));
  const other = (await app.addClient()).ClientId;
  await refused(
    app.begin('REFRESH_TOKEN_AUTH', { REFRESH_TOKEN: refresh }, other),
    NO,
    'Invalid Refresh Token.',
  );

  const rotating = await both.open(
    {},
    { ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'], RefreshTokenRotation: { Feature: 'ENABLED' } },
  );
  await rotating.person('maria');
  const rotated = tokensOf(await rotating.password('maria'));
  const results = await atOnce(50, () => rotating.renew(rotated.refresh));
  assert.ok(times(results, 'done') <= 1, results.join());
  await assert.rejects(rotating.renew(rotated.refresh));

  await app.administrator.send(new AdminDisableUserCommand(app.named('maria')));
  await refused(app.begin('REFRESH_TOKEN_AUTH', { REFRESH_TOKEN: refresh }), NO, 'User is disabled.');
});

test('SEC-66 nothing of all this is in the log: no password, session, secret block or token', async () => {
  const app = await both.open();
  await app.invited('maria');
  const { Session = '' } = await app.password('maria');
  const { access, id, refresh } = tokensOf(
    await app.answer('NEW_PASSWORD_REQUIRED', Session, { USERNAME: 'maria', NEW_PASSWORD: NEW }),
  );
  const { challenge, prove } = await app.srp('maria');
  const { PASSWORD_CLAIM_SIGNATURE = '', PASSWORD_CLAIM_SECRET_BLOCK = '' } = await prove(NEW);
  await refused(app.answer('PASSWORD_VERIFIER', challenge.Session, await prove(WRONG)), NO);
  const log = both.log().join('\n');
  assert.match(log, /RespondToAuthChallenge/);
  const secrets = {
    PASSWORD,
    NEW,
    WRONG,
    Session,
    access,
    id,
    refresh,
    PASSWORD_CLAIM_SIGNATURE,
    PASSWORD_CLAIM_SECRET_BLOCK,
  };
  for (const [name, secret] of Object.entries(secrets)) assert.ok(!log.includes(secret), name);
});
