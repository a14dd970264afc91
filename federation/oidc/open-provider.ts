import * as client from 'openid-client';
import { attributesOf, tokensOf } from '../attributes.ts';
import {
  type Answer,
  type Begin,
  type Environment,
  type ProvenIdentity,
  type Provider,
  ProviderFault,
  type ProviderRecord,
} from '../provider.ts';
import type { Json } from '../read-answer.ts';
import { discover, type Endpoint, type Published } from './discover.ts';
import { configure, exchangeCode } from './exchange-code.ts';
import { userInfo } from './user-info.ts';
import { type Expected, verifyIdToken } from './verify-token.ts';

/** What makes one OpenID provider different from another. */
export interface OidcSettings {
  clientId: string;
  /** Apple's is made anew each time. */
  clientSecret: string | (() => Promise<string>);
  scopes: string;
  issuer: string;
  /** Other ways in which the vendor's tokens write its issuer. */
  alsoIssuer?: readonly string[];
  /** Given by hand or stored: they win over what is discovered. */
  endpoints: Partial<Record<Endpoint, string>>;
  /** What is known of a vendor without asking. Without it the provider's own document is read. */
  known?: Omit<Published, 'endpoints' | 'issuer'>;
  /** How user info is asked for. */
  method?: 'GET' | 'POST';
  /** False for a vendor that does not repeat the nonce: then it is not sent. */
  nonce?: boolean;
  /** Added to the authorization request. */
  parameters?: Record<string, string>;
  /** Vendors have names and forms of their own; `claims` are verified, what is in `answer` is not. */
  refine?(claims: Json, answer: Answer): Json;
}

/** Signs in through an OpenID provider: the authorization code flow with state, nonce and, where known, PKCE. */
export function openOidcProvider(
  record: ProviderRecord,
  settings: OidcSettings,
  environment: Environment,
): Provider {
  const { name } = record;

  async function ready() {
    const server = await serverOf(settings, environment);
    const secret =
      typeof settings.clientSecret === 'string' ? settings.clientSecret : await settings.clientSecret();
    return { server, secret, config: configure(server, settings.clientId, secret) };
  }

  async function begin(asked: Begin) {
    const { server, config } = await ready();
    const { parameters, kept } = await question(settings, asked, server.pkce);
    return { redirect: client.buildAuthorizationUrl(config, parameters).href, kept };
  }

  async function finish(answer: Answer): Promise<ProvenIdentity> {
    const { server, ...ours } = await ready();
    const { accessToken, idToken } = await exchangeCode(name, ours, answer, environment);
    if (!idToken) throw new ProviderFault('invalid-answer', 'IdP token endpoint gave no ID token');
    const expected: Expected = {
      issuers: server.issuers,
      clientId: settings.clientId,
      clientSecret: ours.secret,
      jwksUri: server.jwksUri,
      algorithms: server.algorithms,
    };
    const proven = await verifyIdToken(
      idToken,
      { ...expected, nonce: nonceOf(settings, answer) },
      environment,
    );
    const { userInfoUrl: url } = server;
    const { sub: subject } = proven;
    const asked = { method: settings.method ?? 'GET', accessToken, subject, name };
    const told = url ? await userInfo({ url, ...asked }, expected, environment) : {};
    const claims = { ...proven, ...told };
    const refined = settings.refine?.(claims, answer) ?? claims;
    return {
      subject,
      attributes: { ...attributesOf(refined), ...tokensOf(record, { accessToken, idToken }) },
    };
  }

  return { begin, finish };
}

/** What the provider is asked (OpenID Connect Core 3.1.2.1), and what is kept to know its answer by. */
async function question(settings: OidcSettings, { callbackUrl, state }: Begin, pkce: boolean) {
  const kept: Record<string, string> = {};
  const parameters: Record<string, string> = {
    response_type: 'code',
    redirect_uri: callbackUrl,
    scope: settings.scopes,
    state,
    ...settings.parameters,
  };
  if (settings.nonce !== false) parameters['nonce'] = kept['nonce'] = client.randomNonce();
  if (pkce) {
    kept['verifier'] = client.randomPKCECodeVerifier();
    parameters['code_challenge'] = await client.calculatePKCECodeChallenge(kept['verifier']);
    parameters['code_challenge_method'] = 'S256';
  }
  return { parameters, kept };
}

/** Which nonce the token must have; undefined for a vendor that repeats none. Throws when none was kept to compare. */
function nonceOf({ nonce }: OidcSettings, { kept }: Answer): string | undefined {
  if (nonce === false) return undefined;
  if (!kept['nonce']) throw new ProviderFault('not-verified', 'callback: no nonce was sent');
  return kept['nonce'];
}

/** Where the provider is and what it can. Discovery that fails is forgiven where all was given by hand (FED-43). */
async function serverOf(settings: OidcSettings, environment: Environment) {
  const { issuer, endpoints, known } = settings;
  const unknown: Published = { issuer, endpoints: {}, pkce: false, basicOnly: false, namesItself: false };
  const given =
    endpoints.authorize_url && endpoints.token_url && endpoints.jwks_uri && endpoints.attributes_url;
  const published: Published = known
    ? { ...unknown, ...known }
    : await discover(issuer, environment).catch((fault) => {
        if (given) return unknown;
        throw fault;
      });
  const all = { ...published.endpoints, ...endpoints };
  const { authorize_url: authorizeUrl, token_url: tokenUrl, jwks_uri: jwksUri } = all;
  if (!authorizeUrl || !tokenUrl || !jwksUri)
    throw new ProviderFault('configuration', `${issuer} does not publish all of its endpoints`);
  // `oidc_issuer` may not end in a slash; where nothing is published, the issuer itself may.
  const issuers = published === unknown ? [issuer, `${issuer}/`] : [published.issuer];
  issuers.push(...(settings.alsoIssuer ?? []));
  return { ...published, issuers, authorizeUrl, tokenUrl, jwksUri, userInfoUrl: all.attributes_url };
}
