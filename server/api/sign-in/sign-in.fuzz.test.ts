import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { AuthFlowType } from '@aws-sdk/client-cognito-identity-provider';
import { anyText, fc } from '#adapters/testing/fuzz.ts';
import { createUser } from '../../accounts/administration/create-user.ts';
import { openTestPool, type TestPool, testClient } from '../../accounts/testing/open-pool.ts';
import { confirmed, PASSWORD } from '../../accounts/testing/people.ts';
import { Refusal } from '../../errors.ts';
import type { SignInAnswer, SigningIn } from './advance.ts';
import { initiate } from './initiate.ts';
import { respond } from './respond.ts';

const client = testClient({
  ExplicitAuthFlows: [
    'USER_SRP',
    'USER_PASSWORD',
    'ADMIN_USER_PASSWORD',
    'USER',
    'CUSTOM',
    'REFRESH_TOKEN',
  ].map((flow) => `ALLOW_${flow}_AUTH`),
  PreventUserExistenceErrors: 'ENABLED',
});
const FLOWS: AuthFlowType[] = [
  'USER_SRP_AUTH',
  'USER_PASSWORD_AUTH',
  'ADMIN_NO_SRP_AUTH',
  'USER_AUTH',
  'REFRESH_TOKEN',
];
const CHALLENGES = [
  'PASSWORD_VERIFIER',
  'NEW_PASSWORD_REQUIRED',
  'SELECT_CHALLENGE',
  'PASSWORD',
  'PASSWORD_SRP',
];
const NAMES = [
  ...['USERNAME', 'PASSWORD', 'SRP_A', 'SECRET_HASH', 'REFRESH_TOKEN', 'PREFERRED_CHALLENGE', 'ANSWER'],
  ...['NEW_PASSWORD', 'TIMESTAMP', 'PASSWORD_CLAIM_SECRET_BLOCK', 'PASSWORD_CLAIM_SIGNATURE'],
  ...['userAttributes.email', 'userAttributes.', 'userAttributes.__proto__', '__proto__', 'constructor'],
];

let pool: TestPool;
/** Texts that mean something: names, numbers, sessions that are good, and a password that none of these people has. */
const meaningful: string[] = [
  'maria',
  'mia',
  'nobody',
  'Wrong-Horse-7!',
  'weak',
  'PASSWORD',
  'PASSWORD_SRP',
  'ab12',
  '0',
];
before(async () => {
  pool = await openTestPool();
  await confirmed(pool, 'maria');
  await createUser(pool, {
    username: 'mia',
    attributes: {},
    temporaryPassword: PASSWORD,
    suppressInvitation: true,
  });
  const begun = await Promise.all([
    initiate(at(), 'USER_PASSWORD_AUTH', { USERNAME: 'mia', PASSWORD }),
    initiate(at(), 'USER_SRP_AUTH', { USERNAME: 'maria', SRP_A: 'ab12' }),
    initiate(at(), 'USER_AUTH', { USERNAME: 'maria' }),
    initiate(at(), 'USER_AUTH', { USERNAME: 'maria', PREFERRED_CHALLENGE: 'PASSWORD' }),
  ]);
  for (const { Session, ChallengeParameters } of begun)
    meaningful.push(Session ?? '', ChallengeParameters?.['SECRET_BLOCK'] ?? '');
  meaningful.push('Thu Nov 5 10:00:00 UTC 2026', Buffer.alloc(32).toString('base64'));
});
after(() => pool.close());
const at = (signed = false): SigningIn => ({ pool, client, signed });

const values = fc.oneof(
  { weight: 3, arbitrary: fc.nat(30).map((index) => meaningful[index % meaningful.length] ?? '') },
  anyText(),
);
const parameters = fc
  .array(fc.tuple(fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...NAMES) }, anyText(10)), values), {
    maxLength: 9,
  })
  .map((entries) => Object.fromEntries([['USERNAME', 'maria'], ...entries]) as Record<string, string>);

/** Nobody signs in, and nothing breaks: what is no challenge is a refusal. */
async function refusedOrChallenged(work: () => Promise<SignInAnswer>): Promise<void> {
  try {
    const { ChallengeName, AuthenticationResult } = await work();
    assert.equal(AuthenticationResult, undefined);
    assert.ok(ChallengeName);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}

test('SEC-04 SEC-51 no parameters without a right password sign anybody in, or are a fault of the server', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...FLOWS), fc.boolean(), parameters, (flow, signed, given) =>
      refusedOrChallenged(() => initiate(at(signed), flow, given)),
    ),
  );
});

test('SEC-48 SEC-51 no answer to any challenge, with good sessions among others, signs anybody in', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...CHALLENGES),
      fc.option(values, { nil: undefined }),
      parameters,
      (challenge, session, given) =>
        refusedOrChallenged(() => respond(at(), challenge, { session, parameters: given })),
    ),
  );
});
