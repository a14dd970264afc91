/** What a hostile or careless OpenID provider, or somebody between, tries; each must sign nobody in. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, type TestContext, test } from 'node:test';
import { type JWTPayload, SignJWT } from 'jose';
import { refused } from '../contract.ts';
import { CALLBACK, comeBack } from '../contract-code.ts';
import { completeDetails, openProvider } from '../registry.ts';
import { openEnvironment } from '../testing/environment.ts';
import { type OpenIdVendorOptions, openOpenIdVendor } from '../testing/openid-vendor.ts';

const SECRET = 'a-secret-of-at-least-thirty-two-characters';

async function start(t: TestContext, changes: Partial<OpenIdVendorOptions> = {}, details: object = {}) {
  const environment = openEnvironment();
  const vendor = await openOpenIdVendor({
    clientId: 'rp1',
    clientSecret: SECRET,
    callbackUrl: CALLBACK,
    now: environment.clock.now,
    alg: 'ES256',
    ...changes,
  });
  t.after(async () => {
    environment.outgoing.close();
    await vendor.close();
  });
  const given = {
    client_id: 'rp1',
    client_secret: SECRET,
    authorize_scopes: 'openid',
    oidc_issuer: vendor.issuer,
  };
  const record = { name: 'CorpOkta', type: 'OIDC', details: { ...given, ...details } };
  const complete = { ...record, details: await completeDetails(record, environment) };
  const provider = openProvider(complete, environment);
  const signIn = async (who = 'maria') => provider.finish(await comeBack(provider, vendor, who));
  return { environment, vendor, provider, signIn, record: complete };
}

const asked = (seen: { path: string }[], path: string) => seen.filter((each) => each.path === path).length;
const b64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

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

describe('answers of the browser', () => {
  test('mix-up: an answer that another provider gave is refused by its issuer', async (t) => {
    const discovery = { authorization_response_iss_parameter_supported: true };
    const { vendor, provider } = await start(t, { discovery });
    const good = await comeBack(provider, vendor, 'maria');
    const { iss: _, ...unnamed } = good.parameters;
    const before = asked(vendor.seen, '/token');
    for (const parameters of [
      unnamed,
      { ...unnamed, iss: 'https://evil.example.com' },
      { ...unnamed, iss: '' },
    ])
      await refused(provider.finish({ ...good, parameters }), 'not-verified');
    // The code itself has not left: the other provider would have used it.
    assert.equal(asked(vendor.seen, '/token'), before);
    assert.equal((await provider.finish(good)).subject, '10157003');
  });

  test('an issuer that is named although it need not be must be the right one', async (t) => {
    const { vendor, provider } = await start(t);
    const good = await comeBack(provider, vendor, 'maria');
    const parameters = { ...good.parameters, iss: 'https://evil.example.com' };
    await refused(provider.finish({ ...good, parameters }), 'not-verified');
  });

  test('tokens that come through the browser are refused', async (t) => {
    const { vendor, provider } = await start(t);
    const good = await comeBack(provider, vendor, 'maria');
    const parameters = { ...good.parameters, id_token: await vendor.sign({ sub: '10157004' }) };
    await refused(provider.finish({ ...good, parameters }), 'not-verified');
  });

  test('what was kept is needed: nonce, and the code verifier', async (t) => {
    const { vendor, provider } = await start(t, {
      discovery: { code_challenge_methods_supported: ['S256'] },
    });
    const good = await comeBack(provider, vendor, 'maria');
    const { nonce = '', verifier = '' } = good.kept;
    assert.ok(nonce.length >= 22 && verifier.length >= 43);
    await refused(provider.finish({ ...good, kept: { nonce } }), 'refused');
    await refused(
      provider.finish({ ...(await comeBack(provider, vendor, 'maria')), kept: { nonce, verifier: 'x' } }),
      'refused',
    );
    const third = await comeBack(provider, vendor, 'maria');
    await refused(
      provider.finish({ ...third, kept: { verifier: third.kept['verifier'] ?? '' } }),
      'not-verified',
    );
  });

  test('what a provider says goes on with printable letters only, and not for ever', async (t) => {
    const { provider } = await start(t);
    const parameters = {
      state: 's',
      error: 'invalid"scope',
      error_description: `\r\nü<b>"\\${'x'.repeat(900)}`,
    };
    const answer = { method: 'GET' as const, parameters, callbackUrl: CALLBACK, kept: {}, state: 's' };
    const fault = await refused(provider.finish(answer), 'refused');
    assert.equal(fault.error, 'invalid_request');
    assert.match(fault.description, /^CorpOkta Error - \?\?\?<b>\?\?x+$/);
    assert.ok(fault.description.length < 250);
  });
});

describe('user info', () => {
  test('of another person is refused', async (t) => {
    const { vendor, signIn } = await start(t);
    vendor.forge.userInfo = (claims) => ({ json: { ...claims, sub: '10157004' } });
    await refused(signIn(), 'not-verified');
    vendor.forge.userInfo = ({ sub: _, ...claims }) => ({ json: claims });
    await refused(signIn(), 'not-verified');
  });

  test('is asked for by GET or POST with the access token, which is nowhere else', async (t) => {
    for (const method of ['GET', 'POST']) {
      const { vendor, signIn } = await start(t, {}, { attributes_request_method: method });
      await signIn();
      const request = vendor.seen.find(({ path }) => path === '/userinfo');
      assert.equal(request?.method, method);
      assert.match(String(request?.headers.authorization), /^Bearer access-/);
      assert.equal(request?.query.size, 0);
      assert.equal(request?.form.size, 0);
    }
  });

  test('that is signed is verified in the same way', async (t) => {
    const { vendor, signIn } = await start(t);
    const jwt = (body: string) => ({ body, headers: { 'content-type': 'application/jwt; charset=utf-8' } });
    vendor.forge.userInfo = async (claims) => jwt(await vendor.sign({ ...claims, signed: 'yes' }));
    assert.equal((await signIn()).attributes['signed'], 'yes');
    const wrong: ((claims: JWTPayload) => string | Promise<string>)[] = [
      (claims) => vendor.sign({ ...claims, sub: '10157004' }),
      (claims) => vendor.sign({ ...claims, aud: 'other' }),
      (claims) => vendor.sign({ ...claims, iss: 'https://evil.example.com' }),
      (claims) => vendor.sign({ ...claims, exp: 1 }),
      (claims) => `${b64({ alg: 'none' })}.${b64(claims)}.`,
      (claims) => JSON.stringify(claims),
    ];
    for (const forge of wrong) {
      vendor.forge.userInfo = async (claims) => jwt(await forge(claims));
      await refused(signIn(), 'not-verified');
    }
  });
});

describe('the token endpoint', () => {
  test('gets id and secret in the form; by Basic where the provider wants that alone', async (t) => {
    const post = await start(t);
    await post.signIn();
    const inForm = post.vendor.seen.find(({ path }) => path === '/token');
    assert.deepEqual(
      [inForm?.form.get('client_id'), inForm?.form.get('client_secret'), inForm?.form.get('redirect_uri')],
      ['rp1', SECRET, CALLBACK],
    );
    assert.equal(inForm?.headers.authorization, undefined);
    const basic = await start(t, {
      basic: true,
      discovery: { token_endpoint_auth_methods_supported: ['client_secret_basic', 'private_key_jwt'] },
    });
    assert.equal((await basic.signIn()).subject, '10157003');
  });

  test('that says no names its reason to the application, but not our secret', async (t) => {
    const { vendor, signIn } = await start(t);
    vendor.broken.set('/token', {
      status: 400,
      json: { error: 'invalid_request', error_description: SECRET },
    });
    const fault = await refused(signIn(), 'refused');
    assert.equal(fault.error, 'invalid_request');
    assert.match(fault.description, /^CorpOkta Error - 400 invalid_request \*{3}$/);
    assert.ok(!fault.message.includes(SECRET));
  });

  test('or keys that do not answer in time are named to the application', async (t) => {
    const { vendor, environment, record } = await start(t);
    const expected = {
      '/token': 'Timeout occurred in calling IdP token endpoint',
      '/jwks': 'Timeout in calling jwks uri',
    };
    for (const [path, description] of Object.entries(expected)) {
      const patience = new AbortController();
      const { outgoing } = environment;
      const fetch: typeof outgoing.fetch = (url, request) =>
        outgoing.fetch(url, { ...request, signal: patience.signal });
      const provider = openProvider(record, { ...environment, outgoing: { ...outgoing, fetch } });
      const good = await comeBack(provider, vendor, 'maria');
      vendor.broken.set(path, { silent: () => patience.abort() });
      const fault = await refused(provider.finish(good), 'unreachable');
      vendor.broken.delete(path);
      assert.deepEqual([fault.error, fault.description], ['invalid_request', description]);
    }
  });
});
