import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openStores } from '#adapters/open.ts';
import { anyText, fc, textOf } from '#adapters/testing/fuzz.ts';
import { systemClock } from '../../clock.ts';
import { completeClientSettings } from '../../configuration/default-client-settings.ts';
import { openVault } from '../../vault.ts';
import { checkClient, checkRequest } from './authorize-request.ts';
import { ClientFault, PageFault } from './errors.ts';
import { readQuery } from './raw-query.ts';

const REGISTERED = [
  'https://app.test/cb',
  'https://app.test/cb?x=1',
  'http://localhost:3000/',
  'app.test://cb',
];

const stores = await openStores({ dataFolder: ':memory:', clock: systemClock });
after(() => stores.close());
const pool = {
  id: 'eu-central-1_Fuzz00001',
  directory: stores.directory.forPool('eu-central-1_Fuzz00001'),
  vault: openVault('a master secret of the tests, long enough'),
  resourceServers: [{ identifier: 'bills', scopes: [{ ScopeName: 'pay', ScopeDescription: 'Pay' }] }],
  tags: {},
};
const settings = completeClientSettings(
  {
    SupportedIdentityProviders: ['COGNITO'],
    CallbackURLs: REGISTERED,
    AllowedOAuthFlows: ['code'],
    AllowedOAuthScopes: ['openid', 'email', 'bills/pay', 'gone/x'],
    AllowedOAuthFlowsUserPoolClient: true,
  },
  { ClientName: 'app', defaultAttributes: [] },
);
await pool.directory.create('client', 'theclient', { settings });

/** A registered address with something put in, taken out, encoded or written otherwise somewhere. */
const nearly = fc
  .tuple(
    fc.constantFrom(...REGISTERED),
    fc.nat(40),
    fc.nat(3),
    fc.oneof(
      textOf(['..;/', '../', '@', '.', '*', '\\', '%2e', '%00', '?', '#', '/', ':443', 'evil.test']),
      anyText(3),
    ),
    fc.constantFrom<((text: string) => string)[]>(
      String,
      encodeURI,
      (text) => text.toUpperCase(),
      (text) => `${text} `,
    ),
  )
  .map(([uri, at, left, put, written]) =>
    written((uri.slice(0, at) + put + uri.slice(at + left)).toWellFormed()),
  );

test('HUI-92 HUI-93 an address is answered only when it is a registered one, byte for byte', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(nearly, anyText()), async (uri) => {
      const query = readQuery(`client_id=theclient&redirect_uri=${encodeURIComponent(uri.toWellFormed())}`);
      const checked = await checkClient(pool, query).catch((fault: unknown) => fault);
      if (REGISTERED.includes(uri)) assert.equal((checked as { redirectUri?: string }).redirectUri, uri);
      else assert.ok(checked instanceof PageFault && checked.error === 'redirect_mismatch', String(checked));
    }),
  );
});

test('HUI-91 however a client and its address are written, both are known or a page says what is wrong', async () => {
  const queries = textOf([
    ...[
      'client_id=theclient',
      'client_id=',
      'client_id=__proto__',
      'client_id',
      '%63lient_id=theclient',
      '&',
      '=',
    ],
    ...[
      `redirect_uri=${encodeURIComponent('https://app.test/cb')}`,
      'redirect_uri=https://evil.test',
      '%00',
      '%',
    ],
  ]);
  await fc.assert(
    fc.asyncProperty(queries, async (text) => {
      const all = new URLSearchParams(text);
      const once = ['client_id', 'redirect_uri'].every((name) => all.getAll(name).length === 1);
      const right =
        all.get('client_id') === 'theclient' && REGISTERED.includes(all.get('redirect_uri') ?? '');
      try {
        await checkClient(pool, readQuery(text));
        assert.ok(once && right);
      } catch (fault) {
        assert.ok(fault instanceof PageFault, String(fault));
        assert.ok(!(once && right));
      }
    }),
  );
});

test('HUI-40 HUI-100 whatever is asked for, it is a fault with a name, or scopes that the client has and S256', () => {
  const value = fc.oneof(
    textOf(
      ['code', 'token', 'query', 'fragment', 'form_post', 'openid', 'email', 'bills/pay', ' ', '+', 'none'],
      4,
    ),
    fc.constantFrom('S256', 'plain', 's256', 'A'.repeat(43), 'COGNITO', 'login', ''),
  );
  const name = fc.constantFrom(
    ...[
      'response_mode',
      'scope',
      'code_challenge',
      'code_challenge_method',
      'prompt',
      'request',
      'request_uri',
    ],
    ...['identity_provider', 'idp_identifier', 'nonce', 'state'],
  );
  const client = { id: 'theclient', poolId: pool.id, settings };
  fc.assert(
    fc.property(fc.array(fc.tuple(name, value), { maxLength: 8 }), (pairs) => {
      const query = readQuery(new URLSearchParams([['response_type', 'code'], ...pairs]).toString());
      try {
        const scopes = checkRequest(pool, client, query);
        assert.ok(
          scopes.length > 0 && scopes.every((scope) => ['openid', 'email', 'bills/pay'].includes(scope)),
        );
        const meant = pairs.map(([key]) => key).filter((key) => !key.startsWith('request'));
        assert.equal(query.repeated(meant), undefined);
        assert.equal(
          query.get('code_challenge') !== undefined,
          query.get('code_challenge_method') === 'S256',
        );
        assert.ok(['query', undefined].includes(query.get('response_mode')));
        assert.equal(query.get('request') ?? query.get('request_uri'), undefined);
      } catch (fault) {
        if (!(fault instanceof ClientFault)) throw fault;
        assert.match(fault.error, /^[a-z_]+$/);
      }
    }),
  );
});
