/** Whatever a provider sends, somebody is signed in or a ProviderFault says why not: nothing else is ever thrown. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { CALLBACK } from './contract-code.ts';
import { type Environment, ProviderFault } from './provider.ts';
import { openProvider } from './registry.ts';
import { openEnvironment } from './testing/environment.ts';
import { fc } from './testing/fuzz.ts';

const plain = openEnvironment();
const { privateKey, publicKey } = await generateKeyPair('ES256');
const jwk = { ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256' };

/** JSON in which the names that are looked for are as frequent as those that nobody knows. */
const names = fc.constantFrom(
  ...[
    'access_token',
    'id_token',
    'token_type',
    'expires_in',
    'error',
    'error_description',
    'sub',
    'id',
    'user_id',
  ],
  ...[
    'aud',
    'iss',
    'azp',
    'nonce',
    'exp',
    'iat',
    'nbf',
    'tid',
    'email',
    'email_verified',
    'data',
    'picture',
    'keys',
  ],
  ...['__proto__', 'constructor', 'toString', 'name', 'avatar', 'kid', 'kty', 'n', 'crv', 'x'],
);
const { json } = fc.letrec((tie) => ({
  json: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom('', 'maria', 'app-1', 'https://idp.example.com', 0, -1, 1e308, true, null, 'a\r\nb', '€'),
    fc.string({ unit: 'binary' }),
    fc.array(tie('json'), { maxLength: 3 }),
    fc.dictionary(names, tie('json'), { maxKeys: 6 }),
  ),
}));

const headers = { 'content-type': 'application/json' };
const answer = (body: unknown) =>
  new Response(typeof body === 'string' ? body : JSON.stringify(body), { headers });

/** An environment in which every address answers as the function says. */
const answering = (reply: (purpose: string) => unknown): Environment => ({
  ...plain,
  outgoing: {
    ...plain.outgoing,
    remember: async (_key, load) => (await load()).value,
    fetch: async (_url, request) => answer(await reply(request?.purpose ?? '')),
  },
});

const urls = ['authorize_url', 'token_url', 'attributes_url', 'jwks_uri'];
const details = {
  client_id: 'app-1',
  client_secret: 'secret',
  authorize_scopes: 'openid',
  oidc_issuer: 'https://idp.example.com',
  ...Object.fromEntries(urls.map((name) => [name, `https://idp.example.com/${name}`])),
};
const records = [
  { name: 'Corp', type: 'OIDC', details },
  ...['Google', 'Facebook', 'LoginWithAmazon'].map((type) => ({ name: type, type, details })),
  ...['github.com', 'discord.com', 'x.com', 'www.linkedin.com/oauth'].map((host) => ({
    name: host,
    type: 'OIDC',
    details: { ...details, oidc_issuer: `https://${host}` },
  })),
];

async function outcome(
  record: (typeof records)[number],
  environment: Environment,
  parameters: Record<string, string>,
) {
  const provider = openProvider(record, environment);
  const finished = provider.finish({
    method: 'GET',
    parameters: { state: 's', code: 'c', ...parameters },
    callbackUrl: CALLBACK,
    kept: { nonce: 'n', verifier: 'v' },
    state: 's',
  });
  const proven = await finished.catch((error: unknown) => {
    assert.ok(
      error instanceof ProviderFault,
      `${record.name}: ${error instanceof Error ? error.stack : error}`,
    );
    assert.match(error.description, /^[\x20\x21\x23-\x5b\x5d-\x7e]{1,300}$/);
    return undefined;
  });
  if (!proven) return;
  assert.ok(typeof proven.subject === 'string' && proven.subject !== '');
  const values = Object.values(proven.attributes).flat();
  assert.ok(values.every((value) => typeof value === 'string'));
}

test('answers of any JSON, at any of the addresses', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...records), json, json, json, json, async (record, ...answers) => {
      const order = ['IdP discovery endpoint', 'IdP token endpoint', 'jwks uri', 'IdP userinfo endpoint'];
      await outcome(
        record,
        answering((purpose) => answers[order.indexOf(purpose)]),
        {},
      );
    }),
  );
});

test('ID tokens that are signed well and say anything, with user info of anything', async () => {
  const now = Math.floor(plain.clock.now() / 1000);
  const good = { iss: details.oidc_issuer, aud: 'app-1', sub: 'maria', nonce: 'n', iat: now, exp: now + 60 };
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(names, json),
      fc.dictionary(names, json),
      json,
      async (more, info, sub) => {
        const reply = async (purpose: string) => {
          if (purpose === 'jwks uri') return { keys: [jwk] };
          if (purpose === 'IdP userinfo endpoint') return { ...info, sub };
          const idToken = new SignJWT({ ...good, sub: sub as string, ...more }).setProtectedHeader({
            alg: 'ES256',
            kid: 'k',
          });
          return { access_token: 'a', id_token: await idToken.sign(privateKey).catch(() => 'x') };
        };
        const [corp] = records;
        if (corp) await outcome(corp, answering(reply), {});
      },
    ),
  );
});

test('keys and token headers of anything', async () => {
  const b64 = (value: unknown) => Buffer.from(JSON.stringify(value) ?? '').toString('base64url');
  // Enough of them fit together for the cryptography to be tried with what is in the key.
  const header = fc.record(
    { alg: fc.constantFrom('ES256', 'RS256', 'HS256', 'EdDSA', 'none'), kid: fc.constant('k'), crit: json },
    { requiredKeys: ['alg'] },
  );
  const part = fc.oneof(json, fc.base64String());
  const key = fc.record(
    {
      kty: fc.constantFrom('RSA', 'EC', 'OKP', 'oct'),
      kid: fc.constant('k'),
      crv: fc.constantFrom('P-256', 'Ed25519'),
      ...{ n: part, e: part, x: part, y: part, k: part },
    },
    { requiredKeys: ['kty', 'crv'] },
  );
  await fc.assert(
    fc.asyncProperty(
      header,
      fc.array(key, { minLength: 1, maxLength: 2 }),
      json,
      async (head, keys, claims) => {
        const reply = (purpose: string) =>
          purpose === 'jwks uri'
            ? { keys }
            : { access_token: 'a', id_token: `${b64(head)}.${b64(claims)}.AAAA` };
        const [corp] = records;
        if (corp) await outcome(corp, answering(reply), {});
      },
    ),
  );
});

test('callbacks of any parameters', async () => {
  const parameters = fc.dictionary(
    fc.constantFrom(
      'code',
      'state',
      'iss',
      'error',
      'error_description',
      'response',
      'id_token',
      'user',
      '__proto__',
    ),
    fc.string({ unit: 'binary' }),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...records), parameters, async (record, given) => {
      await outcome(
        record,
        answering(() => ({})),
        given,
      );
    }),
  );
});
