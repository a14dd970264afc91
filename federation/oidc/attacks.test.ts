/** What a hostile or careless OpenID provider tries with tokens and keys; each must sign nobody in. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, test } from 'node:test';
import { type JWTPayload, SignJWT } from 'jose';
import { refused } from '../contract.ts';
import { CALLBACK, comeBack } from '../contract-code.ts';
import { openProvider } from '../registry.ts';
import { openEnvironment } from '../testing/environment.ts';
import { asked, b64, SECRET, openIdStory as start } from '../testing/openid-story.ts';
import { openOpenIdVendor } from '../testing/openid-vendor.ts';

describe('ID tokens', () => {
  const forged: [string, (claims: JWTPayload) => JWTPayload, RegExp][] = [
    ['of another issuer', (claims) => ({ ...claims, iss: 'https://evil.example.com' }), /another issuer/],
    ['of no issuer', ({ iss: _, ...claims }) => claims, /"iss"/],
    ['of an issuer with a slash more', (claims) => ({ ...claims, iss: `${claims.iss}/` }), /another issuer/],
    ['for another client', (claims) => ({ ...claims, aud: 'other' }), /"aud"/],
    ['for nobody', ({ aud: _, ...claims }) => claims, /"aud"/],
    ['for several, asked for by another', (claims) => ({ ...claims, aud: ['rp1', 'b'], azp: 'b' }), /azp/],
    ['for several, asked for by nobody', (claims) => ({ ...claims, aud: ['rp1', 'b'] }), /azp/],
    ['for us, asked for by another', (claims) => ({ ...claims, azp: 'other' }), /azp/],
    ['with another nonce', (claims) => ({ ...claims, nonce: 'other' }), /nonce/],
    ['without a nonce', ({ nonce: _, ...claims }) => claims, /nonce/],
    ['that expired', (claims) => ({ ...claims, exp: (claims.iat ?? 0) - 61 }), /"exp"/],
    ['that never expires', ({ exp: _, ...claims }) => claims, /"exp"/],
    ['not valid yet', (claims) => ({ ...claims, nbf: (claims.iat ?? 0) + 120 }), /"nbf"/],
    ['made in the future', (claims) => ({ ...claims, iat: (claims.iat ?? 0) + 120 }), /future/],
    ['that name nobody', (claims) => ({ ...claims, sub: '' }), /nobody/],
    ['whose subject is no text', (claims) => ({ ...claims, sub: 7 as unknown as string }), /nobody/],
  ];
  for (const [what, claims, message] of forged) {
    test(`${what} are refused`, async (t) => {
      const { vendor, signIn } = await start(t);
      vendor.forge.claims = claims;
      assert.match((await refused(signIn(), 'not-verified')).message, message);
      vendor.forge.claims = undefined;
      assert.equal((await signIn()).subject, '10157003');
    });
  }

  test('for several readers that we asked for are good, and clocks may differ by less than a minute', async (t) => {
    const { vendor, signIn } = await start(t);
    vendor.forge.claims = (claims) => ({
      ...claims,
      aud: ['other', 'rp1'],
      azp: 'rp1',
      iat: (claims.iat ?? 0) + 50,
      exp: (claims.iat ?? 0) - 50,
    });
    assert.equal((await signIn()).subject, '10157003');
  });

  test('signed by another key under a published name are refused', async (t) => {
    const { vendor, signIn } = await start(t);
    const other = await openOpenIdVendor({
      clientId: 'rp1',
      clientSecret: SECRET,
      callbackUrl: CALLBACK,
      alg: 'ES256',
    });
    t.after(() => other.close());
    vendor.forge.token = (claims) => other.sign(claims);
    assert.match((await refused(signIn(), 'not-verified')).message, /signature/);
  });

  test('changed after they were signed are refused', async (t) => {
    const { vendor, signIn } = await start(t);
    vendor.forge.token = async (claims) => {
      const [header, , signature] = (await vendor.sign(claims)).split('.');
      return [header, b64({ ...claims, sub: '10157004' }), signature].join('.');
    };
    assert.match((await refused(signIn(), 'not-verified')).message, /signature/);
  });

  for (const alg of ['none', 'None', 'nOnE']) {
    test(`of algorithm ${alg} are refused, also where the provider says that it uses it`, async (t) => {
      const { vendor, signIn } = await start(t, {
        discovery: { id_token_signing_alg_values_supported: ['none', alg, 'ES256'] },
      });
      vendor.forge.token = (claims) => `${b64({ alg, typ: 'JWT' })}.${b64(claims)}.`;
      await refused(signIn(), 'not-verified');
    });
  }

  for (const manual of [false, true]) {
    const how = manual ? 'with endpoints by hand' : 'with discovery';
    test(`of HMAC keyed with the published key are refused, ${how}`, async (t) => {
      const { vendor, environment, record } = await start(t, { alg: 'RS256' });
      if (manual) vendor.broken.set('/.well-known/openid-configuration', { status: 404, json: {} });
      const outgoing = { ...environment.outgoing, remember: openEnvironment().outgoing.remember };
      const provider = openProvider(record, { ...environment, outgoing });
      const jwk = await vendor.published();
      for (const key of [JSON.stringify(jwk), String(jwk['n']), Buffer.from(String(jwk['n']), 'base64url')]) {
        vendor.forge.token = (claims) => {
          const signed = `${b64({ alg: 'HS256', kid: jwk['kid'] })}.${b64(claims)}`;
          return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
        };
        await refused(provider.finish(await comeBack(provider, vendor, 'maria')), 'not-verified');
      }
    });
  }

  test('of HMAC with our secret are good where the provider signs so, and refused where it does not', async (t) => {
    const hmac = (claims: JWTPayload) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(SECRET));
    const symmetric = await start(t, { discovery: { id_token_signing_alg_values_supported: ['HS256'] } });
    symmetric.vendor.forge.token = hmac;
    assert.equal((await symmetric.signIn()).subject, '10157003');
    const other = await start(t);
    other.vendor.forge.token = hmac;
    await refused(other.signIn(), 'not-verified');
  });

  test('with a key of their own in the header are refused, and it is not fetched', async (t) => {
    const { vendor, signIn } = await start(t);
    const other = await openOpenIdVendor({
      clientId: 'rp1',
      clientSecret: SECRET,
      callbackUrl: CALLBACK,
      alg: 'ES256',
    });
    t.after(() => other.close());
    vendor.forge.token = async (claims) =>
      other.sign(claims, { jwk: await other.published(), jku: `${other.base}/jwks` } as object);
    await refused(signIn(), 'not-verified');
    assert.equal(asked(other.seen, '/jwks'), 0);
  });

  test('that are none, are text, or are missing are refused', async (t) => {
    const { vendor, signIn } = await start(t);
    for (const token of ['', 'x', 'a.b.c', '...']) {
      vendor.forge.token = () => token;
      await refused(signIn(), token === '' ? 'invalid-answer' : 'not-verified');
    }
    vendor.route('/token', () => ({ json: { access_token: 'access-1', token_type: 'Bearer' } }));
    await refused(signIn(), 'invalid-answer');
  });
});

describe('keys', () => {
  test('are read once, and again for a key that is new', async (t) => {
    const { vendor, signIn } = await start(t);
    await signIn();
    await signIn();
    assert.equal(asked(vendor.seen, '/jwks'), 1);
    assert.equal(asked(vendor.seen, '/.well-known/openid-configuration'), 1);
    await vendor.rotate();
    assert.equal((await signIn()).subject, '10157003');
    await signIn();
    assert.equal(asked(vendor.seen, '/jwks'), 2);
  });

  test('of a name that is never published are looked for once and refused', async (t) => {
    const { vendor, signIn } = await start(t);
    await signIn();
    vendor.forge.token = (claims) => vendor.sign(claims, { kid: 'unknown' });
    await refused(signIn(), 'not-verified');
    assert.equal(asked(vendor.seen, '/jwks'), 2);
  });

  test('many people at once wait for one request', async (t) => {
    const { vendor, provider } = await start(t);
    const answers = await Promise.all(Array.from({ length: 8 }, () => comeBack(provider, vendor, 'maria')));
    await Promise.all(answers.map((answer) => provider.finish(answer)));
    assert.equal(asked(vendor.seen, '/jwks'), 1);
  });

  test('and discovery are read again when they are old, and serve for a while when nobody answers', async (t) => {
    const { vendor, signIn, environment } = await start(t);
    await signIn();
    environment.clock.time += 61 * 60_000;
    await signIn();
    assert.equal(asked(vendor.seen, '/jwks'), 2);
    assert.equal(asked(vendor.seen, '/.well-known/openid-configuration'), 2);
    vendor.broken.set('/jwks', { status: 503, body: '' });
    vendor.broken.set('/.well-known/openid-configuration', { status: 503, body: '' });
    environment.clock.time += 61 * 60_000;
    await signIn();
    environment.clock.time += 24 * 60 * 60_000;
    const fault = await refused(signIn(), 'refused');
    assert.match(fault.description, /503/);
  });
});
