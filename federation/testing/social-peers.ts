import { generateKeyPairSync } from 'node:crypto';
import { CALLBACK, type Vendor } from '../contract-code.ts';
import type { ProviderRecord } from '../provider.ts';
import { openAmazon } from './amazon.ts';
import { openApple } from './apple.ts';
import { openEnvironment } from './environment.ts';
import { openFacebook } from './facebook.ts';
import { openOpenIdVendor } from './openid-vendor.ts';

const SECRET = 'secret-of-the-application & more';
export const app = { id: 'app-1', secret: SECRET, callbackUrl: CALLBACK };
export const ids = { maria: '10157003', otto: '10157004' };

export const recordOf = (
  type: string,
  authorize_scopes: string,
  mapping: Record<string, string> = {},
): ProviderRecord => ({
  name: type,
  type,
  details: { client_id: app.id, client_secret: SECRET, authorize_scopes },
  mapping,
});

export async function openGoogle() {
  const environment = openEnvironment();
  const vendor = { clientId: app.id, clientSecret: SECRET, callbackUrl: CALLBACK };
  const server = await openOpenIdVendor({ ...vendor, extra: { picture: 'https://cdn.example.com/p.jpg' } });
  const { base } = server;
  const Google = {
    oidc_issuer: base,
    authorize_url: `${base}/authorize`,
    token_url: `${base}/token`,
    attributes_url: `${base}/userinfo`,
    jwks_uri: `${base}/jwks`,
  };
  return {
    record: recordOf('Google', 'profile email'),
    environment: { ...environment, overrides: { Google } },
    server,
    subjects: ids,
    attributes: { email: 'maria@example.com', given_name: 'Maria', picture: 'https://cdn.example.com/p.jpg' },
    called: ['/token', '/jwks', '/userinfo'],
  };
}

export async function openFacebookPeer(): Promise<Vendor> {
  const server = await openFacebook(app);
  const Facebook = {
    authorize_url: `${server.base}/v17.0/dialog/oauth`,
    token_url: `${server.base}/v17.0/oauth/access_token`,
    attributes_url: `${server.base}/v17.0/me?fields=`,
  };
  return {
    record: recordOf('Facebook', 'public_profile, email', {
      username: 'id',
      email: 'email',
      picture: 'picture',
    }),
    environment: { ...openEnvironment(), overrides: { Facebook } },
    server,
    subjects: ids,
    attributes: { id: ids.maria, email: 'maria@example.com', picture: 'https://cdn.example.com/p.jpg' },
    called: ['/v17.0/oauth/access_token', '/v17.0/me'],
  };
}

export async function openAmazonPeer(): Promise<Vendor> {
  const server = await openAmazon(app);
  const LoginWithAmazon = {
    authorize_url: `${server.base}/ap/oa`,
    token_url: `${server.base}/auth/o2/token`,
    tokeninfo_url: `${server.base}/auth/o2/tokeninfo`,
    attributes_url: `${server.base}/user/profile`,
  };
  return {
    record: recordOf('LoginWithAmazon', 'profile postal_code'),
    environment: { ...openEnvironment(), overrides: { LoginWithAmazon } },
    server,
    subjects: { maria: `amzn1.account.${ids.maria}`, otto: `amzn1.account.${ids.otto}` },
    attributes: { email: 'maria@example.com', name: 'Maria Ruiz', postal_code: '98101' },
    called: ['/auth/o2/token', '/auth/o2/tokeninfo', '/user/profile'],
  };
}

export const { privateKey, publicKey } = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

export async function openApplePeer() {
  const environment = openEnvironment();
  const client = { clientId: app.id, teamId: 'TEAM123456', keyId: 'KEY1234567' };
  const server = await openApple({ ...client, publicKey, callbackUrl: CALLBACK, now: environment.clock.now });
  const { base } = server;
  const SignInWithApple = {
    oidc_issuer: base,
    authorize_url: `${base}/authorize`,
    token_url: `${base}/token`,
    jwks_uri: `${base}/jwks`,
  };
  const details = {
    client_id: client.clientId,
    team_id: client.teamId,
    key_id: client.keyId,
    private_key: privateKey,
    authorize_scopes: 'email name',
  };
  return {
    record: { name: 'SignInWithApple', type: 'SignInWithApple', details },
    environment: { ...environment, overrides: { SignInWithApple } },
    server,
    subjects: ids,
    attributes: { email: 'maria@example.com' },
    called: ['/token', '/jwks'],
  };
}
