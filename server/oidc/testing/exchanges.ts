/** A pool where clients exchange tokens of people for one another. */
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import type { OpenIdClientSettings } from '#adapters/directory/records.ts';
import type { Client } from '../../pool.ts';
import { type Answer, basic, post, tokensFor } from './requests.ts';
import { openStage, type Stage } from './stage.ts';

export const EXCHANGE_GRANT = 'urn:ietf:params:oauth:grant-type:token-exchange';
export const ACCESS = 'urn:ietf:params:oauth:token-type:access_token';
export const ID = 'urn:ietf:params:oauth:token-type:id_token';
export const SECRET = 'a-secret-of-the-tests-that-is-long-enough';
export const ORDERS = 'https://orders.test/';
export const SCOPES = ['openid', 'email', `${ORDERS}/read`, `${ORDERS}/write`, 'stock/see'];

const scope = (name: string) => ({ ScopeName: name, ScopeDescription: name });

type Given = Record<string, string | undefined>;

/**
 * For a file of tests: its hooks open the pool and close it. People sign in to `web`, which lets `service` exchange their
 * tokens for resource servers and for `shop`.
 */
export function exchangesOfTests() {
  const at = {} as { stage: Stage; web: Client; service: Client; shop: Client };
  before(async () => {
    at.stage = await openStage({
      tags: { 'foyer:profile': 'openid', 'foyer:oauth-features': 'token-exchange' },
      resourceServers: [
        { identifier: ORDERS, scopes: ['read', 'write'].map(scope) },
        { identifier: 'stock', scopes: ['see', 'count'].map(scope) },
      ],
    });
    at.shop = await client({}, ['openid', 'email']);
    at.service = await client({ token_exchange_audiences: [ORDERS, 'stock', at.shop.id, 'nobody'] });
    at.web = await client({ token_exchange_audiences: [at.service.id] });
  });
  after(() => at.stage.close());

  const client = (OpenId: OpenIdClientSettings, scopes = SCOPES, secret: string | undefined = SECRET) =>
    at.stage.client({ AllowedOAuthScopes: scopes, OpenId }, secret);

  function exchange(asking: Client, token: string | undefined, given: Given = {}): Promise<Answer> {
    return post(
      at.stage,
      '/oauth2/token',
      {
        grant_type: EXCHANGE_GRANT,
        subject_token: token,
        subject_token_type: ACCESS,
        audience: ORDERS,
        ...given,
      },
      basic(asking),
    );
  }

  async function person(scopes = SCOPES.join(' ')) {
    const { id, username } = await at.stage.account();
    const tokens = await tokensFor(at.stage, at.web, username, { scope: scopes });
    return { id, username, access: String(tokens['access_token']), idToken: String(tokens['id_token']) };
  }

  async function refused(answer: Promise<Answer>, error: string, says?: RegExp): Promise<void> {
    const { status, body } = await answer;
    assert.equal(body['error'], error, JSON.stringify(body));
    assert.equal(status, 400);
    if (says) assert.match(String(body['error_description']), says);
  }

  /** A client without people. */
  function robot(OpenId: OpenIdClientSettings = {}): Promise<Client> {
    return at.stage.client(
      {
        AllowedOAuthFlows: ['client_credentials'],
        AllowedOAuthScopes: ['stock/see'],
        CallbackURLs: [],
        LogoutURLs: [],
        OpenId,
      },
      SECRET,
    );
  }

  return { at, client, exchange, person, refused, robot };
}
