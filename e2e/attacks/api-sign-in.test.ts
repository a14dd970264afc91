/** What somebody tries at the sign-in of the JSON API, at two processes on the same stores. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import {
  AdminDisableUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  GetTokensFromRefreshTokenCommand,
  InitiateAuthCommand,
  type InitiateAuthCommandInput,
  RespondToAuthChallengeCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { outcomes, PASSWORD, refused } from '../sdk-application.ts';
import { openSignIn, type Texts, tokensOf } from '../sign-in-application.ts';
import { startSrpClient, timestampOf } from '../srp-client.ts';
import { type Foyer, startFoyer } from '../start.ts';

const DAY = 24 * 3_600_000;
const NEW = 'Another-Horse-8';
const WRONG = 'Wrong-Horse-7';
const NO = 'NotAuthorizedException';
const OVERHEARD = 'Invalid session for the user, session can only be used once.';

/** See `guessing.test.ts`: what the throttle may let through while it counts. */
const FEW = 10;

let foyer: Foyer;
let second: Foyer;
before(async () => {
  foyer = await startFoyer();
  second = await startFoyer({ beside: foyer, env: { FOYER_PUBLIC_URL: foyer.url } });
});
async function later(ms: number, work: () => Promise<unknown>): Promise<void> {
  const shift = (by: number) => Promise.all([foyer.shiftClock(by), second.shiftClock(by)]);
  await shift(ms);
  await work().finally(() => shift(-ms));
}

/** A pool as `openSignIn` gives it, and its calls at either process in turn. */
async function open(pool: object = {}, client: object = {}) {
  const app = await openSignIn(foyer, pool, client);
  const { ClientId } = app;
  const sdks = [foyer, second].map(
    ({ url }) => new CognitoIdentityProviderClient({ endpoint: url, region: 'us-east-1', maxAttempts: 1 }),
  );
  let calls = 0;
  const sdk = () => sdks[calls++ % 2] ?? app.sdk;
  return {
    ...app,
    begin: (AuthFlow: InitiateAuthCommandInput['AuthFlow'], AuthParameters: Texts, clientId = ClientId) =>
      sdk().send(new InitiateAuthCommand({ ClientId: clientId, AuthFlow, AuthParameters })),
    answer: (
      ChallengeName: string,
      Session: string | undefined,
      ChallengeResponses: Texts,
      clientId = ClientId,
    ) =>
      sdk().send(
        new RespondToAuthChallengeCommand({
          ClientId: clientId,
          ChallengeName: ChallengeName as 'PASSWORD_VERIFIER',
          Session,
          ChallengeResponses,
        }),
      ),
    renew: (RefreshToken: string) =>
      sdk().send(new GetTokensFromRefreshTokenCommand({ ClientId, RefreshToken })),
  };
}

const atOnce = (many: number, call: (index: number) => Promise<unknown>) =>
  outcomes(Array.from({ length: many }, (_, index) => call(index)));
const times = (results: string[], what: string) => results.filter((result) => result === what).length;

test('SEC-62 SEC-47 a proof that was overheard is worth nothing: of fifty at the same moment one signs in', async () => {
  const app = await open();
  await app.person('maria');
  const { challenge, prove } = await app.srp('maria');
  const proof = await prove();
  const results = await atOnce(50, () => app.answer('PASSWORD_VERIFIER', challenge.Session, proof));
  assert.equal(times(results, 'done'), 1, results.join());
  assert.equal(times(results, NO), 49, results.join());
  await refused(app.answer('PASSWORD_VERIFIER', challenge.Session, proof), NO, OVERHEARD);
  await refused(app.answer('PASSWORD_VERIFIER', undefined, proof), NO, OVERHEARD);
});

test('SEC-47 SEC-91 of fifty who answer with one session, each another password, one sets theirs', async () => {
  const app = await open();
  await app.invited('maria');
  const { Session } = await app.password('maria');
  const words = Array.from({ length: 50 }, (_, index) => `Password-Nr-${index}`);
  const results = await atOnce(50, (index) =>
    app.answer('NEW_PASSWORD_REQUIRED', Session, { USERNAME: 'maria', NEW_PASSWORD: words[index] ?? '' }),
  );
  assert.equal(times(results, 'done'), 1, results.join());
  tokensOf(await app.password('maria', words[results.indexOf('done')]));
});

test('SEC-48 SEC-49 SEC-63 SEC-72 ATK-44 a session opens nothing but its own next step', async () => {
  const app = await open();
  await app.invited('maria');
  await app.invited('eve');
  const other = (await app.addClient({ ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'] })).ClientId;
  const elsewhere = await open();
  await elsewhere.invited('maria');
  const { Session } = await app.password('maria');
  const own = { USERNAME: 'maria', NEW_PASSWORD: NEW };
  const invalid = (call: Promise<unknown>) => refused(call, NO, 'Invalid session for the user.');
  await invalid(app.answer('NEW_PASSWORD_REQUIRED', Session, own, other));
  await invalid(elsewhere.answer('NEW_PASSWORD_REQUIRED', Session, own));
  await invalid(app.answer('NEW_PASSWORD_REQUIRED', Session, { ...own, USERNAME: 'eve' }));
  await invalid(app.answer('NEW_PASSWORD_REQUIRED', Session, { ...own, USERNAME: 'nobody' }));
  for (const name of [
    'SMS_MFA',
    'SOFTWARE_TOKEN_MFA',
    'MFA_SETUP',
    'CUSTOM_CHALLENGE',
    'DEVICE_SRP_AUTH',
    'ADMIN_NO_SRP_AUTH',
    'PASSWORD',
    'SELECT_CHALLENGE',
  ])
    await invalid(app.answer(name, Session, { ...own, PASSWORD, ANSWER: 'PASSWORD' }));
  const { challenge, prove } = await app.srp('eve');
  const proof = await prove();
  await invalid(
    app.answer('NEW_PASSWORD_REQUIRED', challenge.Session, { USERNAME: 'eve', NEW_PASSWORD: NEW }),
  );
  await invalid(app.answer('PASSWORD_VERIFIER', Session, proof));
  await invalid(app.answer('PASSWORD_VERIFIER', challenge.Session, { ...proof, USERNAME: 'maria' }));
  await invalid(app.answer('PASSWORD_VERIFIER', undefined, proof, other));
  tokensOf(await app.answer('NEW_PASSWORD_REQUIRED', Session, own));
});

test('SEC-61 SEC-51 numbers that need no password, and sessions that nobody gave, are refused', async () => {
  const app = await open();
  await app.person('maria');
  const prime = (await startSrpClient(app.UserPoolId)).publicValue.replace(/./g, 'f');
  for (const SRP_A of ['0', '00000000', `${prime}${prime}`, 'not a number'])
    await refused(app.begin('USER_SRP_AUTH', { USERNAME: 'maria', SRP_A }), 'InvalidParameterException');
  for (const made of ['v1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', 'x'.repeat(40)])
    await assert.rejects(
      app.answer('NEW_PASSWORD_REQUIRED', made, { USERNAME: 'maria', NEW_PASSWORD: NEW }),
      {
        message: /^Invalid session/,
      },
    );
});

test('ATK-40 ATK-42 thirty guesses in every form at the same moment: a handful is looked at', async () => {
  const app = await open();
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
  await later(15 * 60_000, async () => tokensOf(await app.password('maria')));
});

test('ATK-47 SEC-34 SEC-33 a stranger is answered the same, whoever they name and however they ask', async () => {
  const app = await open({ AliasAttributes: ['email'] }, { PreventUserExistenceErrors: 'ENABLED' });
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
  const app = await open({ AliasAttributes: ['email'], UsernameConfiguration: { CaseSensitive: false } });
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

test('ATK-28 an invitation that has run out is none, also when its challenge was begun before', async () => {
  const app = await open({}, { AuthSessionValidity: 15 });
  await app.invited('maria');
  await later(7 * DAY - 60_000, async () => {
    const { Session } = await app.password('maria');
    await later(2 * 60_000, async () => {
      const expired = 'Temporary password has expired and must be reset by an administrator.';
      await refused(
        app.answer('NEW_PASSWORD_REQUIRED', Session, { USERNAME: 'maria', NEW_PASSWORD: NEW }),
        NO,
        expired,
      );
      await refused(app.password('maria'), NO, expired);
      const { challenge, prove } = await app.srp('maria');
      const proof = await prove(PASSWORD, timestampOf(new Date(Date.now() + 7 * DAY + 60_000)));
      await refused(app.answer('PASSWORD_VERIFIER', challenge.Session, proof), NO, expired);
    });
  });
});

test('ATK-19 ATK-28 whoever is disabled, or given another password, between two steps is not let in', async () => {
  const app = await open();
  const answer = (Session: string | undefined) =>
    refused(app.answer('NEW_PASSWORD_REQUIRED', Session, { USERNAME: 'maria', NEW_PASSWORD: NEW }), NO);
  await app.invited('maria');
  const first = await app.password('maria');
  const given = { ...app.named('maria'), Password: 'Different-Horse-9', Permanent: true };
  await app.administrator.send(new AdminSetUserPasswordCommand(given));
  await answer(first.Session);
  await app.administrator.send(new AdminSetUserPasswordCommand({ ...given, Permanent: false }));
  const early = await app.password('maria', 'Different-Horse-9');
  await app.administrator.send(
    new AdminSetUserPasswordCommand({ ...given, Password: 'Yet-Another-10', Permanent: false }),
  );
  await answer(early.Session);
  await app.administrator.send(new AdminSetUserPasswordCommand({ ...given, Permanent: false }));
  const later = await app.password('maria', 'Different-Horse-9');
  const { challenge, prove } = await app.srp('maria');
  const proof = await prove('Different-Horse-9');
  await app.administrator.send(new AdminDisableUserCommand(app.named('maria')));
  await answer(later.Session);
  await refused(app.answer('PASSWORD_VERIFIER', challenge.Session, proof), NO, 'User is disabled.');
});

test('ATK-11 ATK-13 ATK-19 a refresh token is for its client, once where it rotates, and for nobody who was disabled', async () => {
  const app = await open();
  await app.person('maria');
  const { refresh } = tokensOf(await app.password('maria'));
  const other = (await app.addClient()).ClientId;
  await refused(
    app.begin('REFRESH_TOKEN_AUTH', { REFRESH_TOKEN: refresh }, other),
    NO,
    'Invalid Refresh Token.',
  );

  const rotating = await open(
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
  const app = await open();
  await app.invited('maria');
  const { Session = '' } = await app.password('maria');
  const { access, id, refresh } = tokensOf(
    await app.answer('NEW_PASSWORD_REQUIRED', Session, { USERNAME: 'maria', NEW_PASSWORD: NEW }),
  );
  const { challenge, prove } = await app.srp('maria');
  const { PASSWORD_CLAIM_SIGNATURE = '', PASSWORD_CLAIM_SECRET_BLOCK = '' } = await prove(NEW);
  await refused(app.answer('PASSWORD_VERIFIER', challenge.Session, await prove(WRONG)), NO);
  const log = [...foyer.log(), ...second.log()].join('\n');
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
