/**
 * Baseline: bare oidc-provider as its documentation shows it, with its in-memory adapter. One form with a name and a
 * password signs anyone in whose password is right; there is no consent. Access tokens are JWTs through resource
 * indicators. Keys, algorithm, lifetimes and password hash are those of Foyer's scene. Arguments: port, password hash.
 */
import { generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { verify } from '@node-rs/argon2';
import Provider, { type ResourceServer } from 'oidc-provider';
import { registerExchange, TOKEN_EXCHANGE } from './baseline-exchange.ts';
import { SCENE } from './scene.ts';

const [port = '', passwordHash = ''] = process.argv.slice(2);
const origin = `http://127.0.0.1:${port}`;
const RESOURCE = 'urn:bench';
const INTERACTION = /^\/interaction\/[\w-]+$/;

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const resourceServer: ResourceServer = {
  scope: SCENE.machineScope,
  audience: RESOURCE,
  accessTokenFormat: 'jwt',
  accessTokenTTL: 3600,
  jwt: { sign: { alg: 'RS256' } },
};

const provider = new Provider(origin, {
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'bench', alg: 'RS256', use: 'sig' }] },
  clients: [
    {
      client_id: SCENE.webClient,
      client_secret: SCENE.secret,
      redirect_uris: [SCENE.callback],
      grant_types: ['authorization_code', 'refresh_token', TOKEN_EXCHANGE],
      response_types: ['code'],
    },
    {
      client_id: SCENE.machineClient,
      client_secret: SCENE.secret,
      redirect_uris: [],
      grant_types: ['client_credentials'],
      response_types: [],
    },
  ],
  cookies: { keys: ['a key that signs cookies in the benchmark'] },
  claims: { openid: ['sub', 'auth_time'], email: ['email', 'email_verified'] },
  conformIdTokenClaims: false,
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => RESOURCE,
      useGrantedResource: () => true,
      getResourceServerInfo: () => resourceServer,
    },
  },
  ttl: {
    AuthorizationCode: 300,
    ClientCredentials: 3600,
    Grant: 30 * 86_400,
    IdToken: 3600,
    Interaction: 3600,
    RefreshToken: 30 * 86_400,
    Session: 3600,
  },
  issueRefreshToken: async () => true,
  rotateRefreshToken: false,
  interactions: { url: (_, { uid }) => `/interaction/${uid}` },
  findAccount: (_, sub) => ({
    accountId: sub,
    claims: async () => ({ sub, email: sub, email_verified: true }),
  }),
  async loadExistingGrant({ oidc }) {
    const known = oidc.client && oidc.session?.grantIdFor(oidc.client.clientId);
    const found = known && (await oidc.provider.Grant.find(known));
    if (found) return found;
    const { accountId } = oidc.session ?? {};
    const grant = new oidc.provider.Grant({ accountId, clientId: oidc.client?.clientId });
    grant.addOIDCScope(SCENE.scope);
    grant.addResourceScope(RESOURCE, SCENE.machineScope);
    await grant.save();
    return grant;
  },
});

registerExchange(provider, publicKey, resourceServer);

const handle = provider.callback();
createServer((req, res) => {
  if (!INTERACTION.test(req.url ?? '')) return handle(req, res);
  const answer = req.method === 'POST' ? signIn(req, res) : showForm(req, res);
  answer.catch((error: unknown) => {
    console.error(error);
    res.writeHead(500).end();
  });
}).listen(Number(port), '127.0.0.1');

async function showForm(req: IncomingMessage, res: ServerResponse): Promise<void> {
  await provider.interactionDetails(req, res);
  res.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
  res.end(
    `<!doctype html><title>Sign in</title><form method="post" action="${req.url}">
    <input name="username"><input name="password" type="password"><button>Sign in</button></form>`,
  );
}

async function signIn(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const parts: Buffer[] = [];
  for await (const part of req) parts.push(part);
  const form = new URLSearchParams(Buffer.concat(parts).toString());
  if (!(await verify(passwordHash, form.get('password') ?? ''))) return void res.writeHead(400).end();
  const login = { accountId: form.get('username') ?? '' };
  await provider.interactionFinished(req, res, { login }, { mergeWithLastSubmission: false });
}
