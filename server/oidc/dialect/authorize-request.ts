/**
 * An authorize request as Cognito checks it, before the library sees a corrected form of it (HUI-91..102, 112..118,
 * 160). The library refuses less or answers otherwise: it knows no implicit flow without `id_token`, tells other
 * codes, and has its own idea of scopes.
 */
import { findClient } from '../../configuration/find-client.ts';
import { grantableScopes } from '../../configuration/grantable-scopes.ts';
import { findProviders, foldIdentifier } from '../../configuration/identity-providers/find-provider.ts';
import type { Client, Pool } from '../../pool.ts';
import { ClientFault, echoed, PageFault } from './errors.ts';
import type { RawQuery } from './raw-query.ts';

/** Where an answer goes, and how. */
export interface Target {
  redirectUri: string;
  channel: 'query' | 'fragment';
  /** `state` as it was sent, with the `=` before it; absent when none was. */
  state?: string;
}

/** Everything that means something to us and must not be said twice (RFC 6749 section 3.1). */
const KNOWN = [
  'response_type',
  'response_mode',
  'state',
  'scope',
  'nonce',
  'code_challenge',
  'code_challenge_method',
  'identity_provider',
  'idp_identifier',
  'prompt',
  'max_age',
  'login_hint',
  'id_token_hint',
  'ui_locales',
  'lang',
];

/** What the specification wants refused by name when it is not supported (OpenID Connect Core, 6.1, 6.2, 7.2.1). */
const UNSUPPORTED = ['request', 'request_uri', 'registration'];

const PROMPTS: ReadonlySet<string> = new Set(['none', 'login', 'consent', 'select_account']);

/** Set to `service`, a bad scope is told as the service does today (HUI-103). */
const SCOPE_ERROR_TAG = 'foyer:scope-error';

/** The client and the address to answer to. Throws PageFault: nothing may be sent to an address that is in doubt. */
export async function checkClient(
  pool: Pick<Pool, 'id' | 'directory' | 'vault'>,
  query: RawQuery,
): Promise<{ client: Client; redirectUri: string }> {
  const clientId = query.get('client_id');
  if (!clientId || query.repeated(['client_id'])) throw new PageFault('invalid_request', echoed(clientId));
  const client = await findClient(pool, clientId);
  if (!client) throw new PageFault('invalid_client', echoed(clientId));
  const { settings } = client;
  if (!settings.AllowedOAuthFlowsUserPoolClient || settings.SupportedIdentityProviders.length === 0)
    throw new PageFault('unauthorized_client', clientId);
  const redirectUri = query.get('redirect_uri');
  // Exactly as registered: no normalizing, so nothing that a browser would read otherwise slips through.
  if (!redirectUri || query.repeated(['redirect_uri']) || !settings.CallbackURLs.includes(redirectUri))
    throw new PageFault('redirect_mismatch', clientId);
  return { client, redirectUri };
}

export function targetOf(query: RawQuery, redirectUri: string): Target {
  const implicit = query.get('response_type') === 'token';
  return { redirectUri, channel: implicit ? 'fragment' : 'query', state: query.raw('state') };
}

/**
 * The way in that is asked for must be one of the client's; `identity_provider` wins over `idp_identifier`. Which
 * providers a pool has is nothing that an application is told about (FED-14, FED-15). Throws PageFault.
 */
export async function checkProvider(
  pool: Pick<Pool, 'id' | 'directory' | 'vault'>,
  { id, settings }: Client,
  query: RawQuery,
): Promise<void> {
  const named = query.get('identity_provider');
  const identifier = query.get('idp_identifier');
  const enabled = settings.SupportedIdentityProviders;
  if (named) {
    if (!enabled.includes(named)) throw new PageFault('invalid_provider', id);
  } else if (identifier) {
    const providers = await findProviders(pool, enabled);
    const wanted = foldIdentifier(identifier);
    if (!providers.some(({ identifiers }) => identifiers.some((one) => foldIdentifier(one) === wanted)))
      throw new PageFault('invalid_provider', id);
  }
}

/** Throws ClientFault for anything that is wrong with the request; returns the scopes that it is granted. */
export function checkRequest(
  pool: Pick<Pool, 'resourceServers' | 'tags'>,
  client: Client,
  query: RawQuery,
): string[] {
  const repeated = query.repeated(KNOWN);
  if (repeated) throw invalid(`${repeated} must not be given twice`);
  for (const name of UNSUPPORTED)
    if (query.get(name)) throw new ClientFault(`${name}_not_supported`, `${name} is not supported`);
  checkResponseType(client, query);
  checkPkce(query);
  const scopes = checkScopes(pool, client, query);
  checkPrompt(query);
  return scopes;
}

function checkResponseType(client: Client, query: RawQuery): void {
  const type = query.get('response_type');
  if (!type) throw invalid('response_type is missing');
  if (type !== 'code' && type !== 'token') throw invalid('response_type must be code or token');
  const flow = type === 'code' ? 'code' : 'implicit';
  if (!client.settings.AllowedOAuthFlows.includes(flow))
    throw new ClientFault('unauthorized_client', `this client may not use response_type ${type}`);
  // How we answer is ours to say: a mode of the client's choice has moved tokens to where others read (ATK-07).
  const mode = query.get('response_mode');
  if (mode && mode !== (type === 'code' ? 'query' : 'fragment'))
    throw invalid('this response_mode is not supported');
}

function checkPkce(query: RawQuery): void {
  const challenge = query.get('code_challenge');
  const method = query.get('code_challenge_method');
  if (challenge && !method) throw invalid('code_challenge_method is missing');
  if (method && method !== 'S256') throw invalid('code_challenge_method must be S256');
  if (method && !challenge) throw invalid('code_challenge is missing');
  if (challenge && !/^[\w-]{43}$/.test(challenge)) throw invalid('code_challenge is not a SHA-256 hash');
}

function checkScopes(
  pool: Pick<Pool, 'resourceServers' | 'tags'>,
  client: Client,
  query: RawQuery,
): string[] {
  const requested = query.get('scope')?.split(' ').filter(Boolean);
  const decision = grantableScopes(pool, client).granted(requested, 'user');
  if ('scopes' in decision) return decision.scopes;
  const asService = pool.tags[SCOPE_ERROR_TAG] === 'service';
  throw new ClientFault(asService ? 'invalid_request' : 'invalid_scope', 'invalid_scope');
}

function checkPrompt(query: RawQuery): void {
  const prompts = promptsOf(query);
  const unknown = prompts.find((prompt) => !PROMPTS.has(prompt));
  if (unknown !== undefined) throw invalid('this prompt is not supported');
  if (prompts.includes('none') && prompts.length > 1) throw invalid('prompt none must stand alone');
}

export function promptsOf(query: RawQuery): string[] {
  return query.get('prompt')?.split(' ').filter(Boolean) ?? [];
}

const invalid = (description: string) => new ClientFault('invalid_request', description);
