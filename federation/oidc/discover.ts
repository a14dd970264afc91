/**
 * What a provider publishes at `<issuer>/.well-known/openid-configuration` (OpenID Connect Discovery 1.0).
 *
 * This folder is OpenID Connect and the home of openid-client, which asks for codes and exchanges them; jose verifies
 * the tokens. `kind.ts` is the type that administrators create; `open-provider.ts` is what Google, Apple and others
 * build upon. Nothing here knows a vendor by name, but for Microsoft's issuer that is a template.
 */
import type { Outgoing } from '../fetch.ts';
import { type Environment, ProviderFault } from '../provider.ts';
import { type Json, readSuccess, text } from '../read-answer.ts';
import { keepFor } from './keep-for.ts';

/** The names of `ProviderDetails`; each may be given by hand, and is discovered otherwise. */
export const ENDPOINTS = {
  authorize_url: 'authorization_endpoint',
  token_url: 'token_endpoint',
  attributes_url: 'userinfo_endpoint',
  jwks_uri: 'jwks_uri',
} as const;
export type Endpoint = keyof typeof ENDPOINTS;

export interface Published {
  /** As ID tokens carry it; `{tenantid}` stands in it where Microsoft's common address was asked. */
  issuer: string;
  endpoints: Partial<Record<Endpoint, string>>;
  /** Signature algorithms of ID tokens; undefined when it does not say. */
  algorithms?: string[];
  /** It takes a code challenge with SHA-256. */
  pkce: boolean;
  /** It wants the secret by HTTP Basic and not in the form. */
  basicOnly: boolean;
  /** It names itself in each answer (RFC 9207): one that does not is not its own. */
  namesItself: boolean;
}

/** Reads it once, and again when it is old or wanted anew. Throws ProviderFault; `configuration` when it speaks for another. */
export function discover(
  issuer: string,
  { outgoing, clock }: Pick<Environment, 'outgoing' | 'clock'>,
  options: { anew?: boolean } = {},
): Promise<Published> {
  const url = `${issuer}/.well-known/openid-configuration`;
  const read = async () => {
    const purpose = 'IdP discovery endpoint';
    const response = await outgoing.fetch(url, { purpose, headers: { accept: 'application/json' } });
    const published = readPublished(await readSuccess(response, issuer, purpose), issuer, outgoing);
    return { value: published, ...keepFor(response, clock) };
  };
  return outgoing.remember(`discovery ${issuer}`, read, options);
}

function readPublished(json: Json, asked: string, outgoing: Outgoing): Published {
  const issuer = text(json, 'issuer') ?? '';
  if (!speaksFor(issuer, asked))
    throw new ProviderFault('configuration', `${asked} publishes another issuer, ${JSON.stringify(issuer)}`);
  const endpoints: Published['endpoints'] = {};
  for (const [name, published] of Object.entries(ENDPOINTS) as [Endpoint, string][]) {
    const url = text(json, published);
    if (url === undefined) continue;
    const refused = outgoing.refusal(url);
    if (refused)
      throw new ProviderFault('configuration', `${asked} publishes a ${published}, but ${refused}`);
    endpoints[name] = url;
  }
  const methods = list(json, 'token_endpoint_auth_methods_supported') ?? [];
  return {
    issuer,
    endpoints,
    algorithms: list(json, 'id_token_signing_alg_values_supported'),
    pkce: list(json, 'code_challenge_methods_supported')?.includes('S256') ?? false,
    basicOnly: methods.includes('client_secret_basic') && !methods.includes('client_secret_post'),
    namesItself: json['authorization_response_iss_parameter_supported'] === true,
  };
}

function list(json: Json, name: string): string[] | undefined {
  const value = json[name];
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : undefined;
}

/**
 * The document must be of the issuer that was asked: else one that an attacker can write to would vouch for others.
 * `oidc_issuer` may not end in a slash (FED-40) though some issuers do (Auth0): that slash is forgiven.
 */
function speaksFor(published: string, asked: string): boolean {
  if (published === asked || published === `${asked}/`) return true;
  if (!published.includes('{tenantid}') || !URL.canParse(published)) return false;
  const hosts = [new URL(published).host, new URL(asked).host];
  return hosts[0] === hosts[1] || hosts.every((host) => MICROSOFT.includes(host));
}

/** One service under several names: login.windows.net publishes the issuer of sts.windows.net. */
const MICROSOFT = ['login.microsoftonline.com', 'login.windows.net', 'sts.windows.net'];
