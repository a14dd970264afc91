import { CALLBACK, type Vendor } from '../contract-code.ts';
import { completeDetails } from '../registry.ts';
import { openDiscord } from './discord.ts';
import { openEnvironment, rerouted } from './environment.ts';
import { openGithub } from './github.ts';
import type { LocalVendor } from './local-vendor.ts';
import { type OpenIdVendorOptions, openOpenIdVendor } from './openid-vendor.ts';
import { openX } from './x.ts';

const app = { id: 'app-1', secret: 'secret of the application & more', callbackUrl: CALLBACK };
export const subjects = { maria: '10157003', otto: '10157004' };

/** A record as an administrator creates it, at a server that has the vendor's place. */
async function vendor<S extends LocalVendor>(
  server: S,
  given: { name: string; oidc_issuer: string; authorize_scopes: string },
  expected: Pick<Vendor, 'attributes' | 'called'>,
): Promise<Vendor & { server: S }> {
  const environment = rerouted(openEnvironment(), server.base);
  const { name, ...details } = given;
  const record = {
    name,
    type: 'OIDC',
    details: { client_id: app.id, client_secret: app.secret, ...details },
  };
  const complete = { ...record, details: await completeDetails(record, environment) };
  return { record: complete, environment, server, subjects, ...expected };
}

export const github = async (authorize_scopes = 'openid read:user user:email') =>
  vendor(
    await openGithub(app),
    { name: 'GitHub', oidc_issuer: 'https://github.com', authorize_scopes },
    {
      attributes: { sub: subjects.maria, preferred_username: 'maria', name: 'Maria Ruiz' },
      called: ['/login/oauth/access_token', '/user'],
    },
  );

export const discord = async () =>
  vendor(
    await openDiscord(app),
    { name: 'Discord', oidc_issuer: 'https://discord.com', authorize_scopes: 'identify email' },
    {
      attributes: {
        sub: subjects.maria,
        email: 'maria@example.com',
        email_verified: 'true',
        picture: `https://cdn.discordapp.com/avatars/${subjects.maria}/a1b2.png`,
      },
      called: ['/api/oauth2/token', '/api/users/@me'],
    },
  );

export const xVendor = async () =>
  vendor(
    await openX(app),
    { name: 'X', oidc_issuer: 'https://x.com', authorize_scopes: 'users.read tweet.read users.email' },
    {
      attributes: {
        sub: subjects.maria,
        email: 'maria@example.com',
        email_verified: 'true',
        name: 'Maria Ruiz',
      },
      called: ['/2/oauth2/token', '/2/users/me'],
    },
  );

const openId = (changes: Partial<OpenIdVendorOptions>) =>
  openOpenIdVendor({ clientId: app.id, clientSecret: app.secret, callbackUrl: CALLBACK, ...changes });

export async function linkedin() {
  const server = await openId({
    issuer: 'https://www.linkedin.com/oauth',
    paths: {
      discovery: '/oauth/.well-known/openid-configuration',
      authorize: '/oauth/v2/authorization',
      token: '/oauth/v2/accessToken',
      userinfo: '/v2/userinfo',
      jwks: '/oauth/openid/jwks',
    },
    discovery: {
      authorization_endpoint: 'https://www.linkedin.com/oauth/v2/authorization',
      token_endpoint: 'https://www.linkedin.com/oauth/v2/accessToken',
      userinfo_endpoint: 'https://api.linkedin.com/v2/userinfo',
      jwks_uri: 'https://www.linkedin.com/oauth/openid/jwks',
    },
    extra: { locale: { country: 'US', language: 'en' } },
  });
  server.forge.claims = ({ nonce: _, ...claims }) => claims;
  return vendor(
    server,
    {
      name: 'LinkedIn',
      oidc_issuer: 'https://www.linkedin.com/oauth',
      authorize_scopes: 'openid profile email',
    },
    {
      attributes: { email: 'maria@example.com', locale: '{"country":"US","language":"en"}' },
      called: ['/oauth/v2/accessToken', '/oauth/openid/jwks', '/v2/userinfo'],
    },
  );
}

export async function slack() {
  const server = await openId({
    issuer: 'https://slack.com',
    paths: {
      authorize: '/openid/connect/authorize',
      token: '/api/openid.connect.token',
      userinfo: '/api/openid.connect.userInfo',
      jwks: '/openid/connect/keys',
    },
    discovery: {
      authorization_endpoint: 'https://slack.com/openid/connect/authorize',
      token_endpoint: 'https://slack.com/api/openid.connect.token',
      userinfo_endpoint: 'https://slack.com/api/openid.connect.userInfo',
      jwks_uri: 'https://slack.com/openid/connect/keys',
    },
    extra: { 'https://slack.com/team_id': 'T1' },
    // Every answer of Slack is of status 200 and says in `ok` what it is.
    tokenReply: ({ status, json }) =>
      status ? { json: { ok: false, error: 'invalid_code' } } : { json: { ok: true, ...(json as object) } },
  });
  return vendor(
    server,
    { name: 'Slack', oidc_issuer: 'https://slack.com', authorize_scopes: 'openid profile email' },
    {
      attributes: { email: 'maria@example.com', 'https://slack.com/team_id': 'T1' },
      called: ['/api/openid.connect.token', '/openid/connect/keys', '/api/openid.connect.userInfo'],
    },
  );
}

export async function gitlab() {
  const server = await openId({
    issuer: 'https://gitlab.com',
    paths: {
      authorize: '/oauth/authorize',
      token: '/oauth/token',
      userinfo: '/oauth/userinfo',
      jwks: '/oauth/discovery/keys',
    },
    discovery: {
      authorization_endpoint: 'https://gitlab.com/oauth/authorize',
      token_endpoint: 'https://gitlab.com/oauth/token',
      userinfo_endpoint: 'https://gitlab.com/oauth/userinfo',
      jwks_uri: 'https://gitlab.com/oauth/discovery/keys',
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
      code_challenge_methods_supported: ['plain', 'S256'],
    },
  });
  return vendor(
    server,
    { name: 'GitLab', oidc_issuer: 'https://gitlab.com', authorize_scopes: 'openid email' },
    {
      attributes: { email: 'maria@example.com', email_verified: 'true' },
      called: ['/oauth/token', '/oauth/discovery/keys', '/oauth/userinfo'],
    },
  );
}

const TENANT = '9188040d-6c67-4c5b-b112-36a304b66dad';

export async function microsoft() {
  const login = 'https://login.microsoftonline.com';
  const server = await openId({
    issuer: `${login}/{tenantid}/v2.0`,
    paths: {
      discovery: '/common/v2.0/.well-known/openid-configuration',
      authorize: '/common/oauth2/v2.0/authorize',
      token: '/common/oauth2/v2.0/token',
      userinfo: '/oidc/userinfo',
      jwks: '/common/discovery/v2.0/keys',
    },
    discovery: {
      authorization_endpoint: `${login}/common/oauth2/v2.0/authorize`,
      token_endpoint: `${login}/common/oauth2/v2.0/token`,
      userinfo_endpoint: 'https://graph.microsoft.com/oidc/userinfo',
      jwks_uri: `${login}/common/discovery/v2.0/keys`,
    },
  });
  server.forge.claims = (claims) => ({ ...claims, tid: TENANT, iss: `${login}/${TENANT}/v2.0` });
  return vendor(
    server,
    { name: 'Entra', oidc_issuer: `${login}/common/v2.0`, authorize_scopes: 'openid profile email' },
    {
      attributes: { email: 'maria@example.com', tid: TENANT, email_verified: 'false' },
      called: ['/common/oauth2/v2.0/token', '/common/discovery/v2.0/keys', '/oidc/userinfo'],
    },
  );
}
