import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AccountStatus } from '#adapters/accounts/store.ts';
import { passwordMark } from '../password-proof.ts';
import { attribute, schema } from '../testing/open-pool.ts';
import type { Proof } from './attempt.ts';
import { type Challenge, nextChallenge } from './next-challenge.ts';

const settings = {
  SchemaAttributes: schema(
    attribute('given_name', { Required: true }),
    attribute('family_name', { Required: true }),
  ),
};
const named = { given_name: 'Mia', family_name: 'Reyes' };
const proven: Proof[] = ['password'];

type Row = [status: AccountStatus, proven: Proof[] | undefined, has: Record<string, string>, next: Challenge];
const table: Row[] = [
  ...(
    ['UNCONFIRMED', 'CONFIRMED', 'RESET_REQUIRED', 'FORCE_CHANGE_PASSWORD', 'EXTERNAL_PROVIDER'] as const
  ).flatMap((status): Row[] => [
    [status, undefined, named, { name: 'PASSWORD' }],
    [status, [], named, { name: 'PASSWORD' }],
  ]),
  ['UNCONFIRMED', proven, named, { name: 'CONFIRM_SIGN_UP' }],
  ['RESET_REQUIRED', proven, named, { name: 'RESET_PASSWORD' }],
  ['FORCE_CHANGE_PASSWORD', proven, named, { name: 'NEW_PASSWORD_REQUIRED', requiredAttributes: [] }],
  [
    'FORCE_CHANGE_PASSWORD',
    proven,
    { given_name: 'Mia' },
    { name: 'NEW_PASSWORD_REQUIRED', requiredAttributes: ['family_name'] },
  ],
  ['CONFIRMED', proven, named, { name: 'DONE' }],
  // What is required is asked for at the first sign-in only; a pool cannot require more later.
  ['CONFIRMED', proven, {}, { name: 'DONE' }],
  ['EXTERNAL_PROVIDER', proven, {}, { name: 'DONE' }],
];

test('ATK-28 ATK-44 FORCE_CHANGE_PASSWORD, invited again since the password was proven: PASSWORD', () => {
  const account = { status: 'FORCE_CHANGE_PASSWORD', attributes: named, passwordHash: 'earlier' } as const;
  const attempt = { proven, passwordMark: passwordMark(account) };
  const next = (passwordHash: string) =>
    nextChallenge({ settings, account: { ...account, passwordHash }, attempt }).name;
  assert.equal(next('earlier'), 'NEW_PASSWORD_REQUIRED');
  assert.equal(next('later'), 'PASSWORD');
});

for (const [status, proofs, attributes, next] of table)
  test(`ATK-44 ${status} with ${proofs ?? 'no attempt'} proven, having ${Object.keys(attributes)}: ${next.name}`, () => {
    const attempt = proofs && { proven: proofs };
    assert.deepEqual(nextChallenge({ settings, account: { status, attributes }, attempt }), next);
  });
