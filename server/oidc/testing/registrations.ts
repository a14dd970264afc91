/** A pool where clients register, and what they send. */
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import type { Client } from '../../pool.ts';
import { basic, post } from './requests.ts';
import { CALLBACK, openStage, type Stage } from './stage.ts';

export const SECRET = 'a-secret-of-the-tests';
export const CREATE = 'foyer.registration/create';
const servers = [
  { identifier: 'foyer.registration', scopes: [scope('create')] },
  { identifier: 'orders', scopes: [scope('read'), scope('write')] },
];

function scope(ScopeName: string) {
  return { ScopeName, ScopeDescription: ScopeName };
}

export interface Answer {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

export const METADATA = { redirect_uris: [CALLBACK], client_name: 'Reader' };

/** As a client that was told this proves itself. */
export const asClient = (body: Answer['body']): Client =>
  ({ id: body['client_id'], secret: body['client_secret'] }) as Client;

/** For a file of tests: its hooks open the pool and close it. */
export function registrationsOfTests() {
  const at = {} as { stage: Stage; registrar: Client };
  before(async () => {
    at.stage = await openStage({
      tags: { 'foyer:profile': 'openid', 'foyer:oauth-features': 'registration device jwt-client-auth' },
      resourceServers: servers,
    });
    for (const { identifier, scopes } of servers)
      await at.stage.pool.directory.create('resource-server', identifier, { name: identifier, scopes });
    at.registrar = await machine([CREATE, 'orders/read']);
  });
  after(() => at.stage.close());

  function machine(AllowedOAuthScopes: string[]): Promise<Client> {
    return at.stage.client(
      { AllowedOAuthFlows: ['client_credentials'], AllowedOAuthScopes, CallbackURLs: [], LogoutURLs: [] },
      SECRET,
    );
  }

  async function tokenOf(client: Client, asked?: string): Promise<string> {
    const given = { grant_type: 'client_credentials', scope: asked };
    const { body } = await post(at.stage, '/oauth2/token', given, basic(client));
    return String(body['access_token']);
  }

  async function call(
    method: string,
    to: string,
    token: string | undefined,
    sent?: unknown,
  ): Promise<Answer> {
    const answer = await fetch(to.startsWith('http') ? to : at.stage.base + to, {
      method,
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(sent !== undefined && { 'content-type': 'application/json' }),
      },
      ...(sent !== undefined && { body: typeof sent === 'string' ? sent : JSON.stringify(sent) }),
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: text ? JSON.parse(text) : {} };
  }

  async function register(sent: unknown = METADATA, token?: string): Promise<Answer> {
    return call('POST', '/oauth2/register', token ?? (await tokenOf(at.registrar)), sent);
  }

  async function registered(sent: unknown = METADATA): Promise<Answer['body']> {
    const { status, body } = await register(sent);
    assert.equal(status, 201, JSON.stringify(body) + at.stage.logged.join('\n'));
    return body;
  }

  async function refused(answer: Promise<Answer>, status: number, error: string): Promise<void> {
    const { status: told, headers, body } = await answer;
    assert.deepEqual([told, body['error']], [status, error], JSON.stringify(body));
    assert.equal(typeof body['error_description'], 'string');
    assert.equal(headers.get('cache-control'), 'no-store');
  }

  return { at, machine, tokenOf, call, register, registered, refused };
}
