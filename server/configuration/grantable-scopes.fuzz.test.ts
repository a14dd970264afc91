import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClientSettings } from '#adapters/directory/records.ts';
import { fc } from '#adapters/testing/fuzz.ts';
import { type GrantKind, grantableScopes, SYSTEM_SCOPE_NAMES } from './grantable-scopes.ts';

/** Of the service, of resource servers that are there, of one that is gone, and never heard of. */
const scope = fc.constantFrom(
  ...['openid', 'email', 'phone', 'profile', 'aws.cognito.signin.user.admin'],
  ...['bills/pay', 'bills/see', 'https://photos.test/v1/read', 'gone/x', 'bills', 'OPENID', '', '__proto__'],
);
const name = fc.constantFrom('pay', 'see', 'read');
const servers = fc.uniqueArray(
  fc.record({
    identifier: fc.constantFrom('bills', 'https://photos.test/v1'),
    scopes: fc.uniqueArray(
      name.map((ScopeName) => ({ ScopeName, ScopeDescription: 'x' })),
      {
        selector: ({ ScopeName }) => ScopeName,
      },
    ),
  }),
  { selector: ({ identifier }) => identifier },
);
const kind = fc.constantFrom<GrantKind>('user', 'client-credentials');
const NEEDS_OPENID = ['email', 'phone', 'profile'];

test('HUI-27 HUI-35 HUI-40 HUI-41 whatever is asked of whichever client, it gets only what it may have, and may have now', () => {
  fc.assert(
    fc.property(
      servers,
      fc.uniqueArray(scope),
      fc.option(fc.array(scope)),
      kind,
      (resourceServers, allowed, asked, kind) => {
        const client = { settings: { AllowedOAuthScopes: allowed } as ClientSettings };
        const decision = grantableScopes({ resourceServers }, client).granted(asked ?? undefined, kind);
        if ('refused' in decision) return;
        const { scopes } = decision;
        const defined = resourceServers.flatMap((server) =>
          server.scopes.map((one) => `${server.identifier}/${one.ScopeName}`),
        );
        assert.ok(scopes.length > 0);
        assert.equal(new Set(scopes).size, scopes.length);
        for (const granted of scopes) {
          assert.ok(allowed.includes(granted));
          assert.ok(!asked?.length || asked.includes(granted));
          assert.ok(SYSTEM_SCOPE_NAMES.has(granted) ? kind === 'user' : defined.includes(granted));
        }
        if (scopes.some((granted) => NEEDS_OPENID.includes(granted))) assert.ok(scopes.includes('openid'));
      },
    ),
  );
});

test('HUI-39 HUI-142 what is refused is refused for a scope that was asked for, or for want of any', () => {
  fc.assert(
    fc.property(
      servers,
      fc.uniqueArray(scope),
      fc.array(scope, { minLength: 1 }),
      kind,
      (resourceServers, allowed, asked, kind) => {
        const client = { settings: { AllowedOAuthScopes: allowed } as ClientSettings };
        const decision = grantableScopes({ resourceServers }, client).granted(asked, kind);
        const beyond = asked.filter((one) => !allowed.includes(one));
        if (beyond.length > 0)
          assert.ok('refused' in decision && ['unknown', 'not-allowed'].includes(decision.refused));
        if ('refused' in decision) assert.ok(asked.includes(decision.scope));
      },
    ),
  );
});
