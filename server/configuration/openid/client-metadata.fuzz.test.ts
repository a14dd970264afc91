import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { anyText, fc, textOf } from '#adapters/testing/fuzz.ts';
import { OPENID_CLIENT_NAMES, openIdClientSchema } from './client-metadata.ts';
import { openIdClientFault } from './client-metadata-rules.ts';
import { CLIENT_FEATURES } from './features.ts';

const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
const values = fc.oneof(
  fc.boolean(),
  fc.integer(),
  anyText(),
  fc.jsonValue({ maxDepth: 3 }),
  fc.subarray([...CLIENT_FEATURES, 'registration']),
  fc.constantFrom('none', 'private_key_jwt', 'client_secret_jwt', 'RS256', 'HS256', 'PS256', 'a@b.example'),
  textOf(['https://', 'http://', 'app.test', 'localhost', ':', '/', '#', '@', '*', '?', '\\', '..']),
  fc.record({ keys: fc.array(fc.record({ kty: fc.constantFrom('EC', 'RSA', 'oct'), x: anyText(8) })) }),
);
const settings = fc.dictionary(fc.constantFrom(...OPENID_CLIENT_NAMES, '__proto__', 'registered'), values, {
  maxKeys: 6,
});
const around = fc.record({
  features: fc.subarray([...CLIENT_FEATURES]).map((list) => new Set(list)),
  secret: fc.option(anyText(), { nil: undefined }),
  callbackUrls: fc.subarray(['https://app.test/cb', 'myapp:/x']),
});

test('whatever is given, it is taken or refused with the field; what is taken holds only what is known', () => {
  fc.assert(
    fc.property(settings, around, (given, around) => {
      const { data } = openIdClientSchema.safeParse(given);
      if (!data) return;
      assert.ok(Object.keys(data).every((name) => OPENID_CLIENT_NAMES.includes(name)));
      for (const [name, value] of Object.entries(data))
        if (name.endsWith('_uri')) assert.equal(new URL(String(value)).hash, '');
      const fault = openIdClientFault(data, around);
      const [, field = ''] = /^OpenId\.(\w+): [^\n]+\.$/.exec(fault ?? '') ?? [];
      assert.ok(fault === undefined || OPENID_CLIENT_NAMES.includes(field), fault);
    }),
  );
});

test('a private half is found wherever it stands, and whatever it looks like', () => {
  const { d: _, ...half } = key;
  const places = fc.constantFrom('d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv');
  fc.assert(
    fc.property(places, fc.jsonValue({ maxDepth: 1 }), fc.nat(3), (name, value, before) => {
      const keys = [...Array.from({ length: before }, () => half), { ...half, [name]: value }];
      assert.equal(openIdClientSchema.safeParse({ jwks: { keys } }).success, false);
    }),
  );
});
