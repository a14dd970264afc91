import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Account } from '#adapters/accounts/store.ts';
import type { Client } from '../pool.ts';
import type { Browser } from './testing/browser.ts';
import { authorizePath } from './testing/requests.ts';
import { CALLBACK, openStage, type Stage } from './testing/stage.ts';

const LOOPBACK = 'http://localhost:3000/cb';
const CUSTOM = 'com.acme.app://cb';

/** Each is one of the registered addresses to a check that parses, matches loosely or compares a prefix. */
const LOOKALIKES: Record<string, string[]> = {
  'ATK-01 path traversal': [
    'https://app.test/cb/..;/evil',
    'https://app.test/cb/../evil',
    'https://app.test/cb/%2e%2e/evil',
    'https://app.test/cb%2f..%2fevil',
    'https://app.test/./cb',
    'https://app.test//cb',
    'https://app.test/cb;jsessionid=1',
  ],
  'ATK-02 several @ before the host': [
    'https://app.test@evil.test/cb',
    'https://app.test:x@evil.test/cb',
    'https://evil.test@app.test/cb',
    'https://a@b@app.test/cb',
    'https://app.test%40evil.test/cb',
  ],
  'ATK-03 a name that begins or ends as the host does': [
    'https://app.test.evil.test/cb',
    'https://evilapp.test/cb',
    'https://*.test/cb',
    'https://app.test%00.evil.test/cb',
    'https://app.test\\@evil.test/cb',
    'https://app.test#@evil.test/cb',
  ],
  'ATK-04 a dot that stands for any character': [
    'https://appxtest/cb',
    'https://app-test/cb',
    'com-acme.app://cb',
  ],
  'ATK-05 addresses that are nearly this machine': [
    'http://localhost:3001/cb',
    'http://localhost/cb',
    'http://127.0.0.1:3000/cb',
    'http://[::1]:3000/cb',
    'http://localhost.evil.test:3000/cb',
    'http://localhost:3000@evil.test/cb',
    'http://0.0.0.0:3000/cb',
    'http://LOCALHOST:3000/cb',
  ],
  'ATK-06 addresses that run in the browser': [
    'JaVaScript:alert(1)',
    'javascript://app.test/%0aalert(1)',
    'data:text/html,<script>alert(1)</script>',
    'com.acme.app:cb',
  ],
};

describe('redirects that nobody registered', () => {
  let stage: Stage;
  let client: Client;
  let account: Account;
  let browser: Browser;
  before(async () => {
    stage = await openStage();
    client = await stage.client({ CallbackURLs: [CALLBACK, LOOPBACK, CUSTOM] });
    account = await stage.account();
    browser = stage.browser();
    await browser.signIn(authorizePath(client), account.username);
  });
  after(() => stage.close());

  for (const [attack, addresses] of Object.entries(LOOKALIKES))
    test(`${attack}`, async () => {
      const refused = `${stage.base}/error?error=redirect_mismatch&client_id=${client.id}`;
      for (const redirect_uri of addresses)
        for (const given of [{}, { prompt: 'none' }, { response_type: 'token' }, { scope: 'nonsense' }]) {
          for (const path of ['/oauth2/authorize', '/login']) {
            const { status, location } = await browser.visit(
              authorizePath(client, { redirect_uri, ...given }, path),
            );
            assert.equal(status, 302);
            assert.equal(location, refused, redirect_uri);
          }
        }
    });

  test('ATK-07 a response_mode never moves an answer to where it does not belong', async () => {
    const modes = [
      'query',
      'fragment',
      'form_post',
      'web_message',
      'jwt',
      'query.jwt',
      'cognito.code',
      'cognito.token',
    ];
    for (const response_mode of modes)
      for (const response_type of ['code', 'token']) {
        const { status, location, text } = await browser.visit(
          authorizePath(client, { response_type, response_mode }),
        );
        assert.equal(status, 302, 'no page posts an answer');
        assert.equal(text, '');
        const { search, hash } = new URL(location);
        assert.equal(/access_token|id_token/.test(search), false);
        assert.equal(/code=/.test(hash), false);
        if (response_type === 'code') assert.equal(hash, '');
        else assert.equal(search, '');
      }
  });

  test('ATK-07 a code and a token are never given together', async () => {
    for (const response_type of ['code token', 'code id_token', 'code id_token token', 'token code']) {
      const { location } = await browser.visit(authorizePath(client, { response_type, nonce: 'n' }));
      assert.match(location, /^https:\/\/app\.test\/cb\?error=invalid_request/);
    }
  });

  test('ATK-10 the verifier that was promised cannot be left out on the way', async () => {
    const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
    const stripped = await browser.visit(authorizePath(client, { code_challenge_method: 'S256' }));
    assert.match(stripped.location, /error=invalid_request/);
    const downgraded = await browser.visit(
      authorizePath(client, { code_challenge: challenge, code_challenge_method: 'plain' }),
    );
    assert.match(downgraded.location, /error=invalid_request/);
    const twice = await browser.visit(
      `${authorizePath(client, { code_challenge: challenge, code_challenge_method: 'S256' })}&code_challenge=${challenge}`,
    );
    assert.match(twice.location, /error=invalid_request/);
  });
});
