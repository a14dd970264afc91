/** What somebody tries with what an application carries through a sign-in: sessions, proofs, old invitations. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import {
  AdminDisableUserCommand,
  AdminSetUserPasswordCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { PASSWORD, refused } from '../sdk-application.ts';
import { tokensOf } from '../sign-in-application.ts';
import { startSrpClient, timestampOf } from '../srp-client.ts';
import { atOnce, NO, startAtBoth, times } from './sign-in-at-both.ts';

const DAY = 24 * 3_600_000;
const NEW = 'Another-Horse-8';
const OVERHEARD = 'Invalid session for the user, session can only be used once.';

let both: Awaited<ReturnType<typeof startAtBoth>>;
before(async () => {
  both = await startAtBoth();
});

test('SEC-62 SEC-47 a proof that was overheard is worth nothing: of fifty at the same moment one signs in', async () => {
  const app = await both.open();
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
  const app = await both.open();
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
  const app = await both.open();
  await app.invited('maria');
  await app.invited('eve');
  const other = (await app.addClient({ ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'] })).ClientId;
  const elsewhere = await both.open();
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
  const app = await both.open();
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

test('ATK-28 an invitation that has run out is none, also when its challenge was begun before', async () => {
  const app = await both.open({}, { AuthSessionValidity: 15 });
  await app.invited('maria');
  await both.later(7 * DAY - 60_000, async () => {
    const { Session } = await app.password('maria');
    await both.later(2 * 60_000, async () => {
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
  const app = await both.open();
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
