import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClientSettings } from '#adapters/directory/records.ts';
import { type GrantKind, grantableScopes, type ScopeDecision } from './grantable-scopes.ts';

const pool = {
  resourceServers: [
    { identifier: 'https://photos.test/v1', scopes: [{ ScopeName: 'read', ScopeDescription: 'r' }] },
    { identifier: 'bills', scopes: [{ ScopeName: 'pay', ScopeDescription: 'p' }] },
  ],
};
const READ = 'https://photos.test/v1/read';
const client = (...AllowedOAuthScopes: string[]) => ({ settings: { AllowedOAuthScopes } as ClientSettings });
const decide = (
  allowed: string[],
  requested: string[] | undefined,
  kind: GrantKind = 'user',
): ScopeDecision => grantableScopes(pool, client(...allowed)).granted(requested, kind);

/** Allowed on the client, requested, answered. `gone/x` was once a scope, and its server was deleted. */
const table: [string, string[], string[] | undefined, GrantKind, ScopeDecision][] = [
  [
    'HUI-36 nothing requested: all of the client',
    ['openid', 'email', READ],
    undefined,
    'user',
    { scopes: ['openid', 'email', READ] },
  ],
  ['an empty list is nothing requested', ['openid'], [], 'user', { scopes: ['openid'] }],
  [
    'nothing requested, and no openid on the client: no scope that needs it',
    ['email', READ],
    undefined,
    'user',
    { scopes: [READ] },
  ],
  [
    'HUI-37 client credentials, nothing requested: custom scopes only',
    ['openid', READ, 'bills/pay'],
    undefined,
    'client-credentials',
    { scopes: [READ, 'bills/pay'] },
  ],
  [
    'client credentials never get a scope of the service',
    ['openid', READ],
    ['openid', READ],
    'client-credentials',
    { refused: 'not-allowed', scope: 'openid' },
  ],
  [
    'client credentials of a client without custom scopes',
    ['openid'],
    undefined,
    'client-credentials',
    { refused: 'inactive', scope: 'openid' },
  ],
  [
    'HUI-35 email without openid',
    ['openid', 'email'],
    ['email'],
    'user',
    { refused: 'needs-openid', scope: 'email' },
  ],
  ['HUI-35 phone without openid', ['phone'], ['phone'], 'user', { refused: 'needs-openid', scope: 'phone' }],
  [
    'HUI-35 profile without openid',
    ['openid', 'profile', READ],
    [READ, 'profile'],
    'user',
    { refused: 'needs-openid', scope: 'profile' },
  ],
  [
    'aws.cognito.signin.user.admin needs no openid',
    ['aws.cognito.signin.user.admin'],
    ['aws.cognito.signin.user.admin'],
    'user',
    { scopes: ['aws.cognito.signin.user.admin'] },
  ],
  ['HUI-39 unknown', ['openid'], ['openid', 'nothing'], 'user', { refused: 'unknown', scope: 'nothing' }],
  ['HUI-39 malformed', ['openid'], ['open"id'], 'user', { refused: 'unknown', scope: 'open"id' }],
  [
    'a prefix of a scope is not the scope',
    [READ],
    ['https://photos.test/v1'],
    'user',
    { refused: 'unknown', scope: 'https://photos.test/v1' },
  ],
  [
    'names of object members are no scopes',
    ['openid'],
    ['constructor'],
    'user',
    { refused: 'unknown', scope: 'constructor' },
  ],
  [
    'HUI-40 known to the pool, not to the client',
    ['openid'],
    ['openid', READ],
    'user',
    { refused: 'not-allowed', scope: READ },
  ],
  [
    'HUI-40 of the service, not of the client',
    ['openid'],
    ['openid', 'phone'],
    'user',
    { refused: 'not-allowed', scope: 'phone' },
  ],
  [
    'HUI-41 deleted scope: left out',
    ['openid', 'gone/x'],
    ['openid', 'gone/x'],
    'user',
    { scopes: ['openid'] },
  ],
  [
    'HUI-41 also when nothing was requested',
    [READ, 'gone/x'],
    undefined,
    'client-credentials',
    { scopes: [READ] },
  ],
  [
    'HUI-43 only deleted scopes',
    ['openid', 'gone/x'],
    ['gone/x'],
    'user',
    { refused: 'inactive', scope: 'gone/x' },
  ],
  ['asked for twice is granted once', ['openid'], ['openid', 'openid'], 'user', { scopes: ['openid'] }],
  [
    'the order of the request is kept',
    ['openid', READ],
    [READ, 'openid'],
    'user',
    { scopes: [READ, 'openid'] },
  ],
];

for (const [title, allowed, requested, kind, expected] of table)
  test(title, () => assert.deepEqual(decide(allowed, requested, kind), expected));

test('HUI-42 HUI-84 a scope works again once its resource server has it, also below a URL with slashes', () => {
  const one = client(READ);
  const without = grantableScopes({ resourceServers: [] }, one);
  assert.deepEqual(without.granted([READ], 'user'), { refused: 'inactive', scope: READ });
  assert.deepEqual(grantableScopes(pool, one).granted([READ], 'user'), { scopes: [READ] });
});
