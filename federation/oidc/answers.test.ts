/** What browsers bring, and what the other endpoints answer, of hostile and careless OpenID providers. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JWTPayload } from 'jose';
import { refused } from '../contract.ts';
import { CALLBACK, comeBack } from '../contract-code.ts';
import { openProvider } from '../registry.ts';
import { asked, b64, SECRET, openIdStory as start } from '../testing/openid-story.ts';

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
