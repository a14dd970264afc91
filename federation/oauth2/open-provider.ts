/**
 * Vendors with OAuth 2.0 and no ID token: the code is exchanged for an access token, and the vendor is asked whose it
 * is. The token came to us from the vendor itself, in exchange for a code and our secret; a vendor that hands tokens
 * about must be asked besides whom it was made for (`person` does that). Presets in `social/` say where and what.
 */
import { createHash, randomBytes } from 'node:crypto';
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
import { type Json, refusedInBrowser } from '../read-answer.ts';
import { type Ask, openAsk } from './ask.ts';
import { exchange } from './exchange.ts';

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
  /** As what the vendor names itself in its answers (RFC 9207), if it does. */
  issuer?: string;
  /** Who holds the token: asks the vendor, and gives the claims with the vendor's own name of the person. */
  person(ask: Ask, accessToken: string): Promise<{ subject: unknown; claims: Json }>;
}

export function openOAuth2Provider(
  record: ProviderRecord,
  settings: OAuth2Settings,
  environment: Pick<Environment, 'outgoing'>,
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
    const code = codeOf(name, settings, answer);
    const accessToken = await exchange(name, settings, { ...answer, code }, environment);
    const ask = openAsk(name, accessToken, environment);
    const { subject, claims } = await settings.person(ask, accessToken);
    return {
      subject: nameOf(name, subject),
      attributes: { ...attributesOf(claims), ...tokensOf(record, { accessToken }) },
    };
  }

  return { begin, finish };
}

/** The vendor's own name of a person, as text. Throws ProviderFault `invalid-answer` when there is none. */
function nameOf(vendor: string, subject: unknown): string {
  // A number that JSON cannot hold exactly would be that of several people.
  const named = typeof subject === 'number' ? Number.isSafeInteger(subject) : typeof subject === 'string';
  if (!named || subject === '') throw new ProviderFault('invalid-answer', `${vendor} does not say who it is`);
  return String(subject);
}

/** The code in what the browser brought. Throws ProviderFault when there is none, or when it answers another question. */
function codeOf(
  name: string,
  { issuer }: Pick<OAuth2Settings, 'issuer'>,
  { parameters, state }: Answer,
): string {
  const { error, error_description: description, error_reason: reason, code, iss } = parameters;
  if (parameters['state'] !== state) throw new ProviderFault('not-verified', 'callback: another state');
  // Vendors began to send it one by one: one without is taken, one of another never.
  if (issuer !== undefined && iss !== undefined && iss !== issuer)
    throw new ProviderFault('not-verified', 'callback: the answer is of another issuer');
  if (error) throw refusedInBrowser(name, error, description ?? reason);
  if (!code) throw new ProviderFault('not-verified', 'callback: no code');
  return code;
}
