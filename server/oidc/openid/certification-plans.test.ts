/**
 * The cases of the OpenID Foundation's certification plans that are the same whatever the response type and mode: each
 * with every type, in its own mode and as a form. Listed in docs/openid-conformance.md.
 */
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { SignJWT, UnsecuredJWT } from 'jose';
import type { Client } from '../../pool.ts';
import { flowOfType } from '../testing/flow-of-type.ts';
import { answerOf, openOpenIdStage, SECRET } from '../testing/openid.ts';
import { authorizePath, claimsOf, form, post, redeem, refresh, userInfo } from '../testing/requests.ts';
import { CALLBACK, type Stage } from '../testing/stage.ts';

const PERSON = {
  email: 'mina@acme.test',
  email_verified: 'true',
  phone_number: '+4312345',
  phone_number_verified: 'true',
  address: '1 Long Road',
  name: 'Mina Park',
  birthdate: '1990-01-31',
};
/** What each scope tells of this person. */
const TOLD: Record<string, Record<string, unknown>> = {
  profile: { name: 'Mina Park', birthdate: '1990-01-31' },
  email: { email: 'mina@acme.test', email_verified: true },
  phone: { phone_number: '+4312345', phone_number_verified: true },
  address: { address: { formatted: '1 Long Road' } },
};

let stage: Stage;
let client: Client;
let person: { username: string; id: string };
before(async () => {
  stage = await openOpenIdStage();
  client = await stage.client({}, SECRET);
  person = await stage.account({ attributes: PERSON });
});
after(() => stage.close());

for (const response_type of [
  'code',
  'id_token',
  'id_token token',
  'code id_token',
  'code token',
  'code id_token token',
])
  for (const response_mode of [undefined, 'form_post'])
    suite(`${response_type}${response_mode ? ' by form_post' : ''}`, () => {
      const { parts, asking, read, open, signIn, atOnce, tokensOf, idOf, toldBy } = flowOfType(
        response_type,
        response_mode,
        () => ({ stage, client, person }),
      );

      test('OID-10 OID-18 an answer about the person who signed in, with their nonce', async () => {
        const id = await idOf(await signIn(stage.browser()));
        assert.deepEqual([id['sub'], id['aud'], id['iss']], [person.id, client.id, stage.pool.issuer]);
        assert.equal(id['nonce'], 'n-1');
      });

      test('OID-6 OID-13 OID-14 wishes and unknown parameters make no difference', async () => {
        for (const given of [
          { display: 'page' },
          { display: 'popup' },
          { login_hint: 'mina@acme.test' },
          { ui_locales: 'se en' },
          { claims_locales: 'se' },
          { extra: 'foobar' },
        ])
          assert.equal((await idOf(await signIn(stage.browser(), given)))['sub'], person.id);
        const acr = await idOf(await signIn(stage.browser(), { acr_values: 'urn:foyer:acr:1fa 2' }));
        assert.equal(acr['acr'], 'urn:foyer:acr:1fa');
        if (!parts.includes('code')) return;
        const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
        const bound = { code_challenge: challenge, code_challenge_method: 'S256' };
        const { code = '' } = await signIn(stage.browser(), bound);
        const verifier = { code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk' };
        assert.equal((await redeem(stage, client, code, verifier)).status, 200);
      });

      test('OID-20 OID-40 each scope tells its claims, in any order', async () => {
        for (const scope of Object.keys(TOLD)) {
          const answer = await signIn(stage.browser(), { scope: `openid ${scope}` });
          const told = await toldBy(answer);
          for (const [name, value] of Object.entries(TOLD[scope] ?? {}))
            assert.deepEqual(told[name], value, name);
          if (response_type !== 'id_token' && answer['id_token'])
            assert.equal(claimsOf(answer['id_token'])['email'], undefined);
        }
        const all = await toldBy(
          await signIn(stage.browser(), { scope: 'address phone email profile openid' }),
        );
        const expected = Object.assign({ sub: person.id }, ...Object.values(TOLD));
        for (const [name, value] of Object.entries(expected)) assert.deepEqual(all[name], value, name);
      });

      test('OID-41 an essential claim is told', async () => {
        const place = response_type === 'id_token' ? 'id_token' : 'userinfo';
        const claims = JSON.stringify({ [place]: { name: { essential: true } } });
        const answer = await signIn(stage.browser(), { claims });
        assert.equal((await toldBy(answer))['name'], 'Mina Park');
        if (place === 'userinfo' && answer['id_token'])
          assert.equal(claimsOf(answer['id_token'])['name'], undefined);
      });

      test('OID-10 without a nonce there is no ID token from here', async () => {
        const needs = parts.includes('id_token');
        const { answer, shown } = await open(stage.browser(), { nonce: undefined });
        assert.deepEqual(
          [answer?.['error'], shown],
          needs ? ['invalid_request', undefined] : [undefined, 'login'],
        );
      });

      test('OID-25 OID-31 a session answers without a page, a stranger is not answered', async () => {
        const browser = stage.browser();
        const stranger = await atOnce(browser, { prompt: 'none' });
        assert.equal(stranger['error'], 'login_required');
        const first = await tokensOf(await signIn(browser));
        const before = claimsOf(first['id_token']);
        for (const given of [{ prompt: 'none' }, { prompt: 'none', id_token_hint: first['id_token'] }]) {
          const again = await idOf(await atOnce(browser, given));
          assert.deepEqual([again['sub'], again['auth_time']], [before['sub'], before['auth_time']]);
        }
      });

      test('OID-27 OID-30 prompt=login and a short max_age ask anew, a long one does not', async (t) => {
        const browser = stage.browser();
        const first = await idOf(await signIn(browser, { max_age: '15000' }));
        t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 2_100 });
        const silent = await idOf(await atOnce(browser, { max_age: '10000' }));
        assert.equal(silent['auth_time'], first['auth_time']);
        const short = await idOf(await signIn(browser, { max_age: '1' }));
        assert.ok(Number(short['auth_time']) > Number(first['auth_time']));
        t.mock.timers.tick(1_100);
        const anew = await idOf(await signIn(browser, { prompt: 'login' }));
        assert.ok(Number(anew['auth_time']) > Number(short['auth_time']));
      });

      test('OID-8 OID-7 an address that is not registered, or no type at all', async () => {
        const wrong = await open(stage.browser(), { redirect_uri: `${CALLBACK}/callback/x` });
        assert.equal(wrong.shown, 'error');
        const path = authorizePath(client, {
          response_type: undefined,
          response_mode,
          scope: 'openid',
          state: 's-1',
        });
        const { location, text } = await stage.browser().follow(path);
        const told = location ? answerOf(location) : Object.fromEntries(JSON.parse(text).fields);
        assert.equal(told.error, 'invalid_request');
      });

      test('OID-5 a posted request is answered', async () => {
        const browser = stage.browser();
        const body = new URLSearchParams(asking().split('?')[1]);
        const page = await browser.follow('/oauth2/authorize', { method: 'POST', body });
        const sent = await browser.follow(page.url, { method: 'POST', body: form(person) });
        assert.equal((await idOf(read(sent).answer ?? {}))['sub'], person.id);
      });

      test('OID-60 OID-61 OID-64 an object that is signed counts, one that is not is refused, none is fetched', async () => {
        const claims = {
          iss: client.id,
          aud: stage.pool.issuer,
          client_id: client.id,
          response_type,
          ...(response_mode && { response_mode }),
          redirect_uri: CALLBACK,
          scope: 'openid',
          nonce: 'n-1',
          state: 's-1',
        };
        const signed = new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).setExpirationTime('1m');
        const request = await signed.sign(new TextEncoder().encode(SECRET));
        // The address in the object counts, not the one beside it.
        const beside = { request, redirect_uri: 'https://elsewhere.test/cb', state: 'beside' };
        assert.equal((await idOf(await signIn(stage.browser(), beside)))['sub'], person.id);
        const unsigned = new UnsecuredJWT(claims).encode();
        assert.equal(
          (await atOnce(stage.browser(), { request: unsigned }))['error'],
          'invalid_request_object',
        );
        const { answer } = await open(stage.browser(), { request_uri: 'https://app.test/object.jwt' });
        assert.match(String(answer?.['error']), /^(invalid_request_uri|request_uri_not_supported)$/);
      });

      if (response_type !== 'id_token')
        test('OID-50 user info by GET, and by POST with the token in the header or the body', async () => {
          const { access_token = '' } = await tokensOf(await signIn(stage.browser()));
          const headers = { authorization: `Bearer ${access_token}` };
          for (const init of [
            { headers },
            { method: 'POST', headers },
            { method: 'POST', body: form({ access_token }) },
          ]) {
            const answer = await fetch(`${stage.base}/oauth2/userInfo`, init);
            assert.deepEqual([answer.status, await answer.json()], [200, { sub: person.id }]);
          }
        });

      if (parts.includes('code'))
        test('OID-55 OID-56 OID-57 a code by a secret in the body; once, also later; and the refresh token it buys', async (t) => {
          const { code } = await signIn(stage.browser());
          const fields = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK };
          const secret = { client_id: client.id, client_secret: SECRET };
          const { body } = await post(stage, '/oauth2/token', { ...fields, ...secret });
          t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 1_000 });
          const other = await stage.client({}, SECRET);
          assert.equal((await refresh(stage, other, body['refresh_token'])).body['error'], 'invalid_grant');
          const renewed = await refresh(stage, client, body['refresh_token']);
          const [first, second] = [claimsOf(body['id_token']), claimsOf(renewed.body['id_token'])];
          for (const name of ['iss', 'sub', 'aud', 'auth_time']) assert.deepEqual(second[name], first[name]);
          assert.notEqual(second['iat'], first['iat']);
          t.mock.timers.tick(30_000);
          assert.equal((await redeem(stage, client, code ?? null)).body['error'], 'invalid_grant');
          for (const tokens of [body, renewed.body])
            assert.equal((await userInfo(stage, String(tokens['access_token']))).status, 401);
        });
    });
