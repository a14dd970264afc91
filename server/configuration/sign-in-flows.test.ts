import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type SignInFlow, signInFlows } from './sign-in-flows.ts';

const DEFAULT: SignInFlow[] = ['USER_SRP_AUTH', 'CUSTOM_AUTH', 'REFRESH_TOKEN_AUTH'];

const table: [ids: string, explicit: string[], rotates: boolean, allowed: SignInFlow[]][] = [
  ['SEC-25', [], false, DEFAULT],
  ['SEC-27', ['CUSTOM_AUTH_FLOW_ONLY'], false, ['CUSTOM_AUTH', 'REFRESH_TOKEN_AUTH']],
  ['SEC-27', ['CUSTOM_AUTH_FLOW_ONLY', 'USER_PASSWORD_AUTH'], false, ['CUSTOM_AUTH', 'REFRESH_TOKEN_AUTH']],
  ['SEC-24', ['USER_PASSWORD_AUTH'], false, [...DEFAULT, 'USER_PASSWORD_AUTH']],
  ['SEC-67', ['ADMIN_NO_SRP_AUTH'], false, [...DEFAULT, 'ADMIN_USER_PASSWORD_AUTH']],
  ['SEC-24', ['ALLOW_USER_PASSWORD_AUTH'], false, ['USER_PASSWORD_AUTH']],
  [
    'SEC-69',
    ['ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_USER_AUTH'],
    false,
    ['ADMIN_USER_PASSWORD_AUTH', 'USER_AUTH'],
  ],
  ['SEC-41', [], true, ['USER_SRP_AUTH', 'CUSTOM_AUTH']],
];

for (const [ids, ExplicitAuthFlows, rotates, allowed] of table)
  test(`${ids} ${ExplicitAuthFlows.join(' and ') || 'nothing said'}${rotates ? ', rotating' : ''}: ${allowed}`, () => {
    const RefreshTokenRotation = { Feature: rotates ? ('ENABLED' as const) : ('DISABLED' as const) };
    const settings = { ExplicitAuthFlows, RefreshTokenRotation };
    assert.deepEqual([...signInFlows({ settings } as never)].toSorted(), allowed.toSorted());
  });
