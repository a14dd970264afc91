/** An agent that knows nothing but the address of a tool, as clients of the Model Context Protocol do it. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { createRemoteJWKSet, exportJWK, generateKeyPair, jwtVerify, SignJWT } from 'jose';
import { openHttpSession } from './http-session.ts';
import { callbackOf, hostedAt, PASSWORD, poolFileUser } from './person.ts';
import { type Foyer, startFoyer } from './start.ts';
import { STORY, storyPool } from './story-pool.ts';

const AGENT = 'storyagentclient0000000001';
const ROBOT = 'storyrobotclient0000000001';
let foyer: Foyer;
let second: Foyer;
let tool: Server;
/** The address of the tool, as it is registered. */
let resource: string;

before(async () => {
  tool = createServer((request, response) => {
    const metadata = `${resource.replace('/mcp', '')}/.well-known/oauth-protected-resource/mcp`;
    const answer = (status: number, body: object, headers = {}) =>
      response
        .writeHead(status, { 'content-type': 'application/json', ...headers })
        .end(JSON.stringify(body));
    if (request.url === new URL(metadata).pathname)
      return answer(200, {
        resource,
        authorization_servers: [`${foyer.url}/${STORY.poolId}`],
        scopes_supported: [`${resource}/tools`],
      });
    holds(request.headers.authorization).then(
      (scopes) => answer(200, { scopes }),
      () => answer(401, {}, { 'www-authenticate': `Bearer resource_metadata="${metadata}"` }),
    );
  });
  tool.listen(0, '127.0.0.1');
  await once(tool, 'listening');
  resource = `http://localhost:${(tool.address() as AddressInfo).port}/mcp`;
  foyer = await startFoyer({ poolFile: poolFile() });
  second = await startFoyer({ beside: foyer, env: { FOYER_PUBLIC_URL: foyer.url } });
});
after(() => {
  tool.closeAllConnections();
  tool.close();
});

function poolFile() {
  const scopes = [{ ScopeName: 'tools', ScopeDescription: 'Use the tools' }];
  const file = storyPool({
    resourceServers: [{ Identifier: resource, Name: 'Tools', Scopes: scopes }],
    clients: [
      {
        id: AGENT,
        settings: {
          ClientName: 'Agent',
          SupportedIdentityProviders: ['COGNITO'],
          AllowedOAuthFlowsUserPoolClient: true,
          AllowedOAuthFlows: ['code'],
          AllowedOAuthScopes: ['openid', `${resource}/tools`],
          CallbackURLs: [STORY.callback],
        },
      },
      {
        id: ROBOT,
        secret: STORY.webSecret,
        settings: {
          ClientName: 'Robot',
          AllowedOAuthFlowsUserPoolClient: true,
          AllowedOAuthFlows: ['client_credentials'],
          AllowedOAuthScopes: [`${resource}/tools`],
        },
      },
    ],
    users: [poolFileUser('mina')],
  });
  const [pool] = file.pools;
  assert.ok(pool);
  Object.assign(pool.settings, {
    UserPoolTags: { 'foyer:profile': 'openid', 'foyer:oauth-features': 'resource-indicators dpop' },
  });
  return file;
}

/** What the tool itself asks of a token: from this server, for this tool. */
async function holds(authorization = ''): Promise<unknown> {
  const issuer = `${foyer.url}/${STORY.poolId}`;
  const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`));
  const checks = { issuer, audience: resource, typ: 'at+jwt', algorithms: ['RS256'] };
  const { payload } = await jwtVerify(authorization.replace(/^Bearer /, ''), keys, checks);
  return payload['scope'];
}

interface Metadata {
  issuer: string;
  authorization_endpoint: string;
  token_endpoint: string;
  code_challenge_methods_supported: string[];
  authorization_response_iss_parameter_supported: boolean;
}

/** The first of the addresses in the order of the specification, for an issuer with a path. */
async function describedAt(issuer: string): Promise<Metadata> {
  const { origin, pathname } = new URL(issuer);
  const addresses = [
    `${origin}/.well-known/oauth-authorization-server${pathname}`,
    `${origin}/.well-known/openid-configuration${pathname}`,
    `${issuer}/.well-known/openid-configuration`,
  ];
  const documents = await Promise.all(addresses.map(async (address) => (await fetch(address)).json()));
  assert.deepEqual(documents[1], documents[0], 'each form says the same');
  assert.deepEqual(documents[2], documents[0]);
  return documents[0] as Metadata;
}

const form = async (url: string, fields: Record<string, string>) => {
  const answer = await fetch(url, { method: 'POST', body: new URLSearchParams(fields) });
  return { status: answer.status, body: (await answer.json()) as Record<string, string> };
};

test('OID-146 OID-137 an agent finds the way from a tool to a token for it, and the token is good there alone', async () => {
  const shut = await fetch(resource);
  const document = /resource_metadata="([^"]+)"/.exec(shut.headers.get('www-authenticate') ?? '')?.[1] ?? '';
  const about = (await (await fetch(document)).json()) as {
    resource: string;
    authorization_servers: string[];
  };
  const metadata = await describedAt(about.authorization_servers[0] ?? '');
  assert.equal(metadata.issuer, about.authorization_servers[0]);
  assert.deepEqual(metadata.code_challenge_methods_supported, ['S256']);
  assert.equal(metadata.authorization_response_iss_parameter_supported, true);

  const verifier = randomBytes(32).toString('base64url');
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: AGENT,
    redirect_uri: STORY.callback,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    state: 'the agent’s',
    // As the SDKs write an address; no scope is asked for.
    resource: new URL(about.resource).href,
  });
  const session = openHttpSession();
  const page = await session.follow(
    await session.get(`${metadata.authorization_endpoint}?${query}`),
    hostedAt(foyer),
  );
  const sent = await session.submit(page, { username: 'mina@example.com', password: PASSWORD });
  const told = callbackOf(await session.follow(sent, hostedAt(foyer)));
  assert.equal(told.get('iss'), metadata.issuer);
  const { status, body } = await form(metadata.token_endpoint, {
    grant_type: 'authorization_code',
    client_id: AGENT,
    code: told.get('code') ?? '',
    redirect_uri: STORY.callback,
    code_verifier: verifier,
    resource: about.resource,
  });
  assert.equal(status, 200, JSON.stringify(body));
  const bearer = { headers: { authorization: `Bearer ${body['access_token']}` } };
  const opened = await fetch(resource, bearer);
  assert.equal(opened.status, 200);
  assert.deepEqual(await opened.json(), { scopes: `${resource}/tools` });
  assert.equal((await fetch(`${hostedAt(foyer)}/oauth2/userInfo`, bearer)).status, 401);

  const refreshed = await form(metadata.token_endpoint.replace(foyer.url, second.url), {
    grant_type: 'refresh_token',
    client_id: AGENT,
    refresh_token: body['refresh_token'] ?? '',
    resource: about.resource,
  });
  assert.equal(refreshed.status, 200, JSON.stringify(refreshed.body));
  const again = { headers: { authorization: `Bearer ${refreshed.body['access_token']}` } };
  assert.equal((await fetch(resource, again)).status, 200);
});

test('OID-116 a proof that one process has seen is refused by every other, at the same moment too', async () => {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const jwk = await exportJWK(publicKey);
  const htu = `${hostedAt(foyer)}/oauth2/token`;
  const claims = { jti: randomBytes(16).toString('hex'), htm: 'POST', htu };
  const DPoP = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk })
    .setIssuedAt()
    .sign(privateKey);
  const authorization = `Basic ${Buffer.from(`${ROBOT}:${STORY.webSecret}`).toString('base64')}`;
  const ask = async (at: Foyer) => {
    const body = new URLSearchParams({ grant_type: 'client_credentials', resource });
    const headers = { authorization, DPoP };
    const answer = await fetch(`${hostedAt(at)}/oauth2/token`, { method: 'POST', body, headers });
    const { token_type, error } = (await answer.json()) as Record<string, string>;
    return token_type ?? error;
  };
  const told = await Promise.all(Array.from({ length: 20 }, (_, index) => ask(index % 2 ? foyer : second)));
  assert.deepEqual(told.toSorted(), ['DPoP', ...Array<string>(19).fill('invalid_dpop_proof')]);
});
