/** A tool that speaks the Model Context Protocol by its SDK, and lets in whoever has a token of a pool for it. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after } from 'node:test';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose';

export interface Tool {
  /** Its address, which a token must name. */
  resource: string;
  scope: string;
  /** The pool that it believes. */
  trust(issuer: string): void;
}

/** Its one tool, `whoami`, says whom the token is about. */
export async function startTool(): Promise<Tool> {
  let issuer = '';
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', resource);
    if (pathname === '/.well-known/oauth-protected-resource/mcp')
      return json(response, 200, { resource, authorization_servers: [issuer], scopes_supported: [scope] });
    if (pathname !== '/mcp') return json(response, 404, {});
    claimsOf(request).then(
      (claims) => serve(request, response, claims),
      () => {
        const about = `${new URL(resource).origin}/.well-known/oauth-protected-resource/mcp`;
        response.setHeader('www-authenticate', `Bearer resource_metadata="${about}"`);
        json(response, 401, {});
      },
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  const resource = `http://localhost:${(server.address() as AddressInfo).port}/mcp`;
  const scope = `${resource}/tools`;

  /** Of this pool, for this tool, to use its tools. */
  async function claimsOf({ headers }: IncomingMessage): Promise<JWTPayload> {
    const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`));
    const token = headers.authorization?.replace(/^Bearer /, '') ?? '';
    const { payload } = await jwtVerify(token, keys, { issuer, audience: resource, typ: 'at+jwt' });
    if (!String(payload['scope']).split(' ').includes(scope)) throw new Error('not to use its tools');
    return payload;
  }
  return {
    resource,
    scope,
    trust: (pool) => {
      issuer = pool;
    },
  };
}

async function serve(request: IncomingMessage, response: ServerResponse, claims: JWTPayload): Promise<void> {
  const server = new McpServer({ name: 'tool', version: '1.0.0' });
  server.registerTool('whoami', { description: 'Whom the token is about' }, () => ({
    content: [{ type: 'text', text: `${claims.sub} by ${claims['client_id']}` }],
  }));
  const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true });
  response.on('close', () => void transport.close());
  await server.connect(transport);
  await transport.handleRequest(request, response);
}

const json = (response: ServerResponse, status: number, body: object) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
