import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Client } from '../pool.ts';
import { authorizePath, toldClient } from './testing/requests.ts';
import { CALLBACK, openStage, type Stage } from './testing/stage.ts';

/** A challenge of the right form. */
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';

describe('the authorize endpoint', () => {
  let stage: Stage;
  let client: Client;
  before(async () => {
    const scopes = [{ ScopeName: 'read', ScopeDescription: 'Read' }];
    stage = await openStage({ resourceServers: [{ identifier: 'https://api.test', scopes }] });
    client = await stage.client();
  });
  after(() => stage.close());

  const ask = (given: Record<string, string | undefined>, of = client) =>
    stage.browser().visit(authorizePath(of, given));

  const refusal = async (given: Record<string, string | undefined>, of = client) =>
    toldClient(await ask(given, of));

  test('HUI-90 any method but GET is answered 405, HEAD too', async () => {
    for (const method of ['POST', 'HEAD', 'PUT', 'DELETE', 'OPTIONS']) {
      const { status, headers } = await stage.browser().visit(authorizePath(client), { method });
      assert.equal(status, 405, method);
      assert.equal(headers.get('allow'), 'GET');
      assert.deepEqual(headers.getSetCookie(), [], 'nothing has begun');
    }
  });

  test('HUI-91 without a known client nothing is sent to the redirect URI', async () => {
    const cases = { nobody: 'invalid_client', '': 'invalid_request' };
    for (const [id, error] of Object.entries(cases)) {
      const { status, location } = await ask({}, { ...client, id });
      const clientId = id && `&client_id=${id}`;
      assert.equal(status, 302);
      assert.equal(location, `${stage.base}/error?error=${error}${clientId}`);
    }
  });

  test('HUI-03 a client of another pool is unknown here', async () => {
    const elsewhere = await openStage();
    const foreign = await elsewhere.client();
    const { location } = await ask({}, foreign);
    assert.equal(location, `${stage.base}/error?error=invalid_client&client_id=${foreign.id}`);
    await elsewhere.close();
  });

  test('HUI-18 a client that is not enabled for OAuth, or has no provider, is refused on the error page', async () => {
    for (const given of [{ AllowedOAuthFlowsUserPoolClient: false }, { SupportedIdentityProviders: [] }]) {
      const closed = await stage.client(given);
      const { location } = await ask({}, closed);
      assert.equal(location, `${stage.base}/error?error=unauthorized_client&client_id=${closed.id}`);
    }
  });

  test('HUI-92 HUI-93 HUI-94 a redirect URI that is not registered to the letter is not redirected to', async () => {
    const near = [
      undefined,
      `${CALLBACK}/`,
      'https://app.test/CB',
      'https://APP.test/cb',
      'https://app.test:443/cb',
      `${CALLBACK}?a=1`,
      `${CALLBACK}#fragment`,
      'https://app.test/cb/../cb',
      'http://app.test/cb',
      'https://evil.test/',
    ];
    for (const uri of near) {
      const { location } = await ask({ redirect_uri: uri });
      assert.equal(location, `${stage.base}/error?error=redirect_mismatch&client_id=${client.id}`, uri);
    }
  });

  test('HUI-92 of two redirect URIs none is chosen', async () => {
    for (const other of [CALLBACK, 'https://evil.test/']) {
      const twice = `${authorizePath(client)}&redirect_uri=${encodeURIComponent(other)}`;
      const { location } = await stage.browser().visit(twice);
      assert.equal(location, `${stage.base}/error?error=redirect_mismatch&client_id=${client.id}`);
    }
  });

  test('HUI-95 HUI-96 a response_type that is missing or unknown is an invalid request', async () => {
    for (const type of [undefined, '', 'id_token', 'token id_token', 'code token', 'none', 'CODE'])
      assert.equal((await refusal({ response_type: type })).get('error'), 'invalid_request', type);
  });

  test('HUI-97 HUI-98 HUI-106 a flow that the client may not use is told in the channel of that flow', async () => {
    const onlyImplicit = await stage.client({ AllowedOAuthFlows: ['implicit'] });
    const onlyCode = await stage.client({ AllowedOAuthFlows: ['code'] });
    const code = await ask({ state: 's' }, onlyImplicit);
    assert.match(code.location, /^https:\/\/app\.test\/cb\?error=unauthorized_client&.*&state=s$/);
    const token = await ask({ response_type: 'token', state: 's' }, onlyCode);
    assert.match(token.location, /^https:\/\/app\.test\/cb#error=unauthorized_client&.*&state=s$/);
  });

  test('HUI-99 HUI-100 HUI-101 a challenge comes with its method, and the method is S256', async () => {
    const wrong = [
      { code_challenge: CHALLENGE },
      { code_challenge: CHALLENGE, code_challenge_method: 'plain' },
      { code_challenge: CHALLENGE, code_challenge_method: 's256' },
      { code_challenge_method: 'S256' },
      { code_challenge: 'short', code_challenge_method: 'S256' },
      { code_challenge: `${CHALLENGE}x`, code_challenge_method: 'S256' },
    ];
    for (const given of wrong) assert.equal((await refusal(given)).get('error'), 'invalid_request');
    const right = await ask({ code_challenge: CHALLENGE, code_challenge_method: 'S256' });
    assert.match(right.location, /\/login\?/);
  });

  test('HUI-35 HUI-39 HUI-40 HUI-102 a bad scope is told as invalid_scope', async () => {
    const bad = [
      'nonsense',
      'openid ö',
      'email',
      'phone profile',
      'aws.cognito.signin.user.admin',
      'https://api.test/read',
    ];
    for (const scope of bad) {
      const answer = await refusal({ scope });
      assert.equal(answer.get('error'), 'invalid_scope', scope);
      assert.equal(answer.get('error_description'), 'invalid_scope');
    }
  });

  test('HUI-103 a pool may have bad scopes told as the service does today', async () => {
    const today = await openStage({ tags: { 'foyer:scope-error': 'service' } });
    const { location } = await today
      .browser()
      .visit(authorizePath(await today.client(), { scope: 'nonsense' }));
    const answer = new URL(location).searchParams;
    assert.deepEqual(
      [...answer],
      [
        ['error', 'invalid_request'],
        ['error_description', 'invalid_scope'],
      ],
    );
    await today.close();
  });

  test('a parameter given twice is an invalid request; one that nobody knows is ignored', async () => {
    for (const name of ['response_type', 'scope', 'nonce', 'state', 'prompt', 'code_challenge']) {
      const { location } = await stage.browser().visit(`${authorizePath(client, { [name]: 'a' })}&${name}=a`);
      assert.match(location, /^https:\/\/app\.test\/cb\?error=invalid_request/, name);
    }
    const { location } = await ask({ unknown: '1', foyer: '{}', resource: 'https://x.test' });
    assert.match(location, /\/login\?/);
  });

  test('prompt, response_mode, provider and request objects are checked', async () => {
    const wrong = [
      { prompt: 'create' },
      { prompt: 'none login' },
      { response_mode: 'form_post' },
      { response_mode: 'fragment' },
      { id_token_hint: 'x' },
      { max_age: '-1' },
      { max_age: 'x' },
    ];
    for (const given of wrong)
      assert.equal((await refusal(given)).get('error'), 'invalid_request', JSON.stringify(given));
    assert.equal((await refusal({ request: 'x.y.z' })).get('error'), 'request_not_supported');
    assert.equal(
      (await refusal({ request_uri: 'https://x.test' })).get('error'),
      'request_uri_not_supported',
    );
  });

  test('the short address works too', async () => {
    const { location } = await stage.browser().visit(authorizePath(client, {}, '/authorize'));
    assert.match(location, /\/login\?.*interaction=/);
  });
});
