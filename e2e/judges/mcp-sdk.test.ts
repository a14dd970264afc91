/**
 * The TypeScript SDK of the Model Context Protocol, unmodified: an agent that is told the address of a tool and nothing
 * else finds the pool, signs its person in and uses the tool. Once as a client that is there, once as one that registers
 * itself.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type OAuthClientProvider, UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type {
  OAuthClientInformationMixed,
  OAuthClientMetadata,
  OAuthTokens,
} from '@modelcontextprotocol/sdk/shared/auth.js';
import { decodeJwt } from 'jose';
import { openHttpSession, type Page } from '../http-session.ts';
import { type Foyer, startFoyer } from '../start.ts';
import { startTool, type Tool } from './mcp-tool.ts';
import { ANN, hostedPagesAt, issuerAt, openIdPool } from './openid-pool.ts';

const AGENT = 'mcpagentofthetests00000001';
const REGISTRAR = 'mcpregistrarofthetests0001';
const SECRET = 'a-secret-of-whoever-lets-agents-register';
const CALLBACK = 'http://localhost:7777/callback';

/** What the SDK asks an application to keep for it. */
class Kept implements OAuthClientProvider {
  client: OAuthClientInformationMixed | undefined;
  kept: OAuthTokens | undefined;
  verifier = '';
  /** Where it sends the browser. */
  to: URL | undefined;
  readonly redirectUrl = CALLBACK;
  readonly clientMetadata: OAuthClientMetadata = {
    client_name: 'Agent of the tests',
    redirect_uris: [CALLBACK],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  };
  state = () => 'the state of the agent';
  clientInformation = () => this.client;
  saveClientInformation = (client: OAuthClientInformationMixed) => {
    this.client = client;
  };
  tokens = () => this.kept;
  saveTokens = (tokens: OAuthTokens) => {
    this.kept = tokens;
  };
  redirectToAuthorization = (to: URL) => {
    this.to = to;
  };
  saveCodeVerifier = (verifier: string) => {
    this.verifier = verifier;
  };
  codeVerifier = () => this.verifier;
}

async function start(): Promise<{ foyer: Foyer; tool: Tool }> {
  const tool = await startTool();
  const scopes = [{ ScopeName: 'tools', ScopeDescription: 'Use the tools' }];
  const create = [{ ScopeName: 'create', ScopeDescription: 'Register a client' }];
  const file = openIdPool(
    [{ id: AGENT, name: 'Agent', callback: CALLBACK, scopes: [tool.scope] }],
    'resource-indicators registration',
    {
      resourceServers: [
        { Identifier: tool.resource, Name: 'Tools', Scopes: scopes },
        { Identifier: 'foyer.registration', Name: 'Registration', Scopes: create },
      ],
    },
  );
  const registrar = {
    ClientName: 'Registrar',
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ['client_credentials'],
    AllowedOAuthScopes: ['foyer.registration/create', tool.scope],
  };
  const [pool] = file.pools;
  assert.ok(pool);
  (pool.clients as object[]).push({ id: REGISTRAR, secret: SECRET, settings: registrar });
  const foyer = await startFoyer({ poolFile: file });
  tool.trust(issuerAt(foyer));
  return { foyer, tool };
}

/** The person behind the agent, who may be asked whether they agree; gives the code that the agent is handed. */
async function signIn(foyer: Foyer, to: URL | undefined): Promise<string> {
  const hosted = hostedPagesAt(foyer);
  const browser = openHttpSession();
  const form = { username: ANN.email, password: ANN.password };
  let page: Page = await browser.follow(await browser.get(to?.href ?? ''), hosted);
  page = await browser.follow(await browser.submit(page, form), hosted);
  if (!page.location) page = await browser.follow(await browser.submit(page, { answer: 'allow' }), hosted);
  const answer = new URL(page.location ?? assert.fail(page.body));
  assert.equal(answer.searchParams.get('iss'), issuerAt(foyer));
  return answer.searchParams.get('code') ?? '';
}

/** From the first refusal to what the tool says of the person. */
async function use(tool: Tool, foyer: Foyer, kept: Kept, fetcher: typeof fetch = fetch): Promise<string> {
  const open = () =>
    new StreamableHTTPClientTransport(new URL(tool.resource), { authProvider: kept, fetch: fetcher });
  const first = open();
  await assert.rejects(new Client({ name: 'agent', version: '1' }).connect(first), UnauthorizedError);
  assert.equal(kept.to?.searchParams.get('resource'), tool.resource);
  await first.finishAuth(await signIn(foyer, kept.to));
  const client = new Client({ name: 'agent', version: '1' });
  await client.connect(open());
  const { content } = await client.callTool({ name: 'whoami' });
  await client.close();
  return (content as { text: string }[])[0]?.text ?? '';
}

test('OID-269 an agent by the SDK finds the pool from the tool, signs its person in and uses the tool', async () => {
  const { foyer, tool } = await start();
  const kept = new Kept();
  kept.client = { client_id: AGENT };
  const said = await use(tool, foyer, kept);
  const { sub, aud } = decodeJwt(kept.kept?.access_token ?? '');
  assert.equal(said, `${sub} by ${AGENT}`);
  assert.equal(aud, tool.resource);
});

test('OID-270 an agent by the SDK registers itself where it was given an initial access token, and not without', async () => {
  const { foyer, tool } = await start();
  const stranger = new StreamableHTTPClientTransport(new URL(tool.resource), { authProvider: new Kept() });
  await assert.rejects(new Client({ name: 'agent', version: '1' }).connect(stranger), {
    name: 'InvalidTokenError',
  });

  const basic = Buffer.from(`${REGISTRAR}:${SECRET}`).toString('base64');
  const answer = await fetch(`${hostedPagesAt(foyer)}/oauth2/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  const { access_token } = (await answer.json()) as { access_token: string };
  const registering: typeof fetch = (input, init) => {
    const headers = new Headers(init?.headers);
    if (String(input).endsWith('/oauth2/register')) headers.set('authorization', `Bearer ${access_token}`);
    return fetch(input, { ...init, headers });
  };
  const kept = new Kept();
  const said = await use(tool, foyer, kept, registering);
  const { sub } = decodeJwt(kept.kept?.access_token ?? '');
  assert.equal(said, `${sub} by ${kept.client?.client_id}`);
  assert.notEqual(kept.client?.client_id, AGENT);
});
