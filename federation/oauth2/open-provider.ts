/**
 * Vendors with OAuth 2.0 and no ID token: the code is exchanged for an access token, and the vendor is asked whose it
 * is. The token came to us from the vendor itself, in exchange for a code and our secret; a vendor that hands tokens
 * about must be asked besides whom it was made for (`person` does that). Presets in `social/` say where and what.
 */
import { createHash, randomBytes } from 'node:crypto';
import { attributesOf } from '../attributes.ts';
import {
  type Answer,
  type Begin,
  type Environment,
  type ProvenIdentity,
  type Provider,
  ProviderFault,
  type ProviderRecord,
} from '../provider.ts';
import { type Json, readList, readSuccess, refusedBy, refusedInBrowser, text } from '../read-answer.ts';

export interface OAuth2Settings {
  clientId: string;
  clientSecret: string;
  /** As the vendor separates them. */
  scopes: string;
  authorizeUrl: string;
  tokenUrl: string;
  tokenMethod?: 'GET' | 'POST';
  /** The secret by HTTP Basic (RFC 6749 2.3.1) and not in the form. */
  basic?: boolean;
  pkce?: boolean;
  /** Who holds the token: asks the vendor, and gives the claims with the vendor's own name of the person. */
  person(ask: Ask, accessToken: string): Promise<{ subject: unknown; claims: Json }>;
}

/** Asks the vendor, with the access token as Bearer. */
export interface Ask {
  /** Throws ProviderFault for any answer but a JSON object of success. */
  (url: string, headers?: Record<string, string>): Promise<Json>;
  /** For what a person may be without: nothing when the vendor gives no list. */
  list(url: string, headers?: Record<string, string>): Promise<Json[]>;
}

export function openOAuth2Provider(
  record: ProviderRecord,
  settings: OAuth2Settings,
  { outgoing }: Pick<Environment, 'outgoing'>,
): Provider {
  const { name } = record;

  async function begin({ callbackUrl, state }: Begin) {
    const kept: Record<string, string> = {};
    const url = new URL(settings.authorizeUrl);
    const parameters: Record<string, string> = {
      response_type: 'code',
      client_id: settings.clientId,
      redirect_uri: callbackUrl,
      scope: settings.scopes,
      state,
    };
    if (settings.pkce) {
      kept['verifier'] = randomBytes(32).toString('base64url');
      parameters['code_challenge'] = createHash('sha256').update(kept['verifier']).digest('base64url');
      parameters['code_challenge_method'] = 'S256';
    }
    for (const [key, value] of Object.entries(parameters)) url.searchParams.set(key, value);
    return { redirect: url.href, kept };
  }

  async function finish(answer: Answer): Promise<ProvenIdentity> {
    const { parameters, state } = answer;
    if (parameters['state'] !== state) throw new ProviderFault('not-verified', 'callback: another state');
    const { error, error_description: description, error_reason: reason } = parameters;
    if (error) throw refusedInBrowser(name, error, description ?? reason);
    if (!parameters['code']) throw new ProviderFault('not-verified', 'callback: no code');
    const accessToken = await exchange(parameters['code'], answer);
    const { subject, claims } = await settings.person(ask(accessToken), accessToken);
    if ((typeof subject !== 'string' && typeof subject !== 'number') || subject === '')
      throw new ProviderFault('invalid-answer', `${name} does not say who it is`);
    const attributes = attributesOf(claims);
    if (Object.values(record.mapping ?? {}).includes('access_token'))
      attributes['access_token'] = accessToken;
    return { subject: String(subject), attributes };
  }

  async function exchange(code: string, { callbackUrl, kept }: Answer): Promise<string> {
    const { clientId, clientSecret, tokenUrl, basic } = settings;
    const form = new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: callbackUrl });
    form.set('client_id', clientId);
    if (!basic) form.set('client_secret', clientSecret);
    if (kept['verifier']) form.set('code_verifier', kept['verifier']);
    const headers: Record<string, string> = { accept: 'application/json' };
    if (basic) headers['authorization'] = `Basic ${credentials(clientId, clientSecret)}`;
    const purpose = 'IdP token endpoint';
    const get = settings.tokenMethod === 'GET';
    if (!get) headers['content-type'] = 'application/x-www-form-urlencoded';
    const response = get
      ? await outgoing.fetch(`${tokenUrl}?${form}`, { headers, purpose })
      : await outgoing.fetch(tokenUrl, { method: 'POST', headers, body: form.toString(), purpose });
    const json = await readSuccess(response, name, purpose, clientSecret);
    const token = text(json, 'access_token');
    // GitHub says 200 and means an error.
    if (!token) throw refusedBy(name, purpose, response.status, json, clientSecret);
    return token;
  }

  function ask(accessToken: string): Ask {
    const purpose = 'IdP userinfo endpoint';
    const call = (url: string, headers: Record<string, string> = {}) => {
      const all = { accept: 'application/json', authorization: `Bearer ${accessToken}`, ...headers };
      return outgoing.fetch(url, { purpose, headers: all });
    };
    return Object.assign(
      async (url: string, headers?: Record<string, string>) =>
        readSuccess(await call(url, headers), name, purpose),
      { list: async (url: string, headers?: Record<string, string>) => readList(await call(url, headers)) },
    );
  }

  return { name, begin, finish };
}

const credentials = (id: string, secret: string) =>
  Buffer.from([id, secret].map(encodeURIComponent).join(':')).toString('base64');
