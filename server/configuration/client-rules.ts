/**
 * What the settings of an app client may be together, and within their pool (HUI-16..28, USR-212, 213, 249, 250).
 * Each setting's own type, length and pattern was checked before, at the edge.
 */
import type { ClientSettings } from '#adapters/directory/records.ts';
import { NEVER_WRITABLE } from '../attribute-permissions.ts';
import { invalidParameter, Refusal } from '../errors.ts';
import type { Pool } from '../pool.ts';
import { definedScopes, SYSTEM_SCOPE_NAMES } from './grantable-scopes.ts';
import { openIdSettingsOf } from './openid/features.ts';
import { redirectUriFault } from './redirect-uris.ts';
import { checkTokenLifetimes } from './token-lifetimes.ts';

export interface ClientInPool {
  pool: Pick<Pool, 'id' | 'settings' | 'tags' | 'resourceServers'>;
  settings: ClientSettings;
  hasSecret: boolean;
  /** Names of identity providers that the pool has, of those that the settings name at least. */
  providers: readonly string[];
  /** The settings before an update; absent when the client is being made. */
  before?: ClientSettings;
}

/** Throws a Refusal that names the first fault. */
export function checkClient(client: ClientInPool): void {
  checkFlows(client);
  checkScopes(client);
  checkRedirects(client.settings);
  checkProviders(client);
  checkAttributes(client);
  checkTokenLifetimes(client.settings);
  checkSignInFlows(client);
}

const oauthFlow = (message: string) => new Refusal('oauth-flow-invalid', { message });

function checkFlows({ pool, settings, hasSecret }: ClientInPool): void {
  const { AllowedOAuthFlows: flows, AllowedOAuthScopes: scopes } = settings;
  if (flows.includes('client_credentials')) {
    if (flows.length > 1)
      throw oauthFlow('client_credentials flow can not be selected along with code flow or implicit flow.');
    const method = openIdSettingsOf(pool, { settings }).token_endpoint_auth_method;
    if (!hasSecret && method !== 'private_key_jwt')
      throw oauthFlow('client_credentials flow can not be selected if client does not have a client secret.');
    const system = scopes.find((scope) => SYSTEM_SCOPE_NAMES.has(scope));
    if (system) throw oauthFlow(`${system} can not be selected along with client_credentials flow.`);
  }
  if (!settings.AllowedOAuthFlowsUserPoolClient) return;
  if (!flows.length || !scopes.length)
    throw invalidParameter(
      'AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.',
    );
  if (!flows.includes('client_credentials') && !settings.CallbackURLs.length)
    throw invalidParameter('CallbackURLs are required for the code and implicit flows.');
}

/**
 * A scope must exist, or have been the client's already: one whose resource server was deleted stays on the client
 * without effect, and an unrelated update must not stumble over it (HUI-41, 42).
 */
function checkScopes({ pool, settings, before }: ClientInPool): void {
  const defined = definedScopes(pool);
  for (const scope of settings.AllowedOAuthScopes)
    if (!SYSTEM_SCOPE_NAMES.has(scope) && !defined.has(scope) && !before?.AllowedOAuthScopes.includes(scope))
      throw new Refusal('scope-unknown', { scope });
}

function checkRedirects({ CallbackURLs, LogoutURLs, DefaultRedirectURI }: ClientSettings): void {
  for (const uri of [...CallbackURLs, ...LogoutURLs]) {
    const fault = redirectUriFault(uri);
    if (fault) throw invalidParameter(`${uri} ${fault}`);
  }
  if (DefaultRedirectURI !== undefined && !CallbackURLs.includes(DefaultRedirectURI))
    throw invalidParameter('DefaultRedirectURI must be one of the CallbackURLs.');
}

function checkProviders({ pool, settings, providers }: ClientInPool): void {
  for (const provider of settings.SupportedIdentityProviders)
    if (provider !== 'COGNITO' && !providers.includes(provider))
      throw invalidParameter(`The provider ${provider} does not exist for User Pool ${pool.id}.`);
}

function checkAttributes({ pool, settings, before }: ClientInPool): void {
  const doing = before ? 'updating' : 'creating';
  const { ReadAttributes: read, WriteAttributes: write } = settings;
  const schema = pool.settings.SchemaAttributes;
  const exists = (name: string) => schema.some(({ Name }) => Name === name);
  if (read && !read.every(exists))
    throw invalidParameter(`Invalid read attributes specified while ${doing} a client`);
  if (!write) return;
  const writable = (name: string) =>
    !NEVER_WRITABLE.includes(name) &&
    schema.some((attribute) => attribute.Name === name && !attribute.DeveloperOnlyAttribute);
  const required = schema.filter(({ Name, Required }) => Required && !NEVER_WRITABLE.includes(Name));
  if (!write.every(writable) || !required.every(({ Name }) => write.includes(Name)))
    throw invalidParameter(`Invalid write attributes specified while ${doing} a client`);
}

/** The flow of the API in which a client gets a token for itself, and nobody signs in (`tokens/client-token.ts`). */
export const CLIENT_TOKEN_FLOW = 'ALLOW_CLIENT_TOKEN_AUTH';

function checkSignInFlows({ settings, hasSecret }: ClientInPool): void {
  const { ExplicitAuthFlows: flows, RefreshTokenRotation } = settings;
  if (flows.includes(CLIENT_TOKEN_FLOW)) {
    if (flows.length > 1)
      throw invalidParameter(`${CLIENT_TOKEN_FLOW} cannot be combined with flows in which people sign in.`);
    if (!hasSecret) throw invalidParameter(`${CLIENT_TOKEN_FLOW} needs a client with a secret.`);
  }
  const current = flows.filter((flow) => flow.startsWith('ALLOW_'));
  if (current.length && current.length < flows.length)
    throw invalidParameter(
      'ExplicitAuthFlows cannot mix values with the ALLOW_ prefix and values without it.',
    );
  if (RefreshTokenRotation?.Feature === 'ENABLED' && flows.includes('ALLOW_REFRESH_TOKEN_AUTH'))
    throw invalidParameter(
      'ALLOW_REFRESH_TOKEN_AUTH cannot be used while refresh token rotation is enabled.',
    );
}
