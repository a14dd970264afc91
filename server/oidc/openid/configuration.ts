/** A pool of the `openid` profile -> the options of the library: what it knows of the specifications stays switched on. */
import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { definedScopes, SYSTEM_SCOPES } from '../../configuration/grantable-scopes.ts';
import { KEY_ALGS } from '../../configuration/openid/client-metadata.ts';
import { tokenLifetimes } from '../../configuration/token-lifetimes.ts';
import type { Pool } from '../../pool.ts';
import { newGrantId } from '../../tokens/grant.ts';
import { rotates } from '../../tokens/refresh-token.ts';
import { configurationOf, LIBRARY_PATHS, type SignInPage } from '../configuration.ts';
import type { Cookies } from '../cookies.ts';
import { clientOf } from '../library-client.ts';
import { ALWAYS_TOLD, accountOfGrant, libraryAccount } from './account.ts';
import { carryOn } from './carry-on.ts';
import { CLIENT_ALGS, clientAuthentication } from './client-assertions.ts';
import { RESPONSE_TYPES } from './client-metadata.ts';
import { outgoingFetch } from './outgoing.ts';
import { OPENID_PATHS } from './paths.ts';
import { proofs } from './proofs.ts';
import { resourceIndicators } from './resources.ts';
import { signInPolicy } from './sign-in-policy.ts';
import { openOpenIdStorage } from './storage.ts';

/** Parameters of an authorize request beyond the specifications': ways in that Cognito's applications name. */
export const EXTRA_PARAMETERS = ['identity_provider', 'idp_identifier', 'lang'] as const;

export function openIdConfiguration(pool: Pool, cookies: Cookies, signInPage: SignInPage): Configuration {
  const shared = configurationOf(pool, cookies, signInPage);
  return {
    ...shared,
    ...endpoints(pool, shared),
    ...people(pool, shared),
    ...signIn(signInPage),
    ...lifetimes(pool, shared),
    adapter: openOpenIdStorage(pool),
    fetch: outgoingFetch(pool),
  };
}

function endpoints(pool: Pool, shared: Configuration): Configuration {
  const on = { enabled: true };
  return {
    routes: {
      ...LIBRARY_PATHS,
      userinfo: '/oauth2/userInfo',
      pushed_authorization_request: OPENID_PATHS.pushedAuthorization,
    },
    features: {
      ...shared.features,
      userinfo: on,
      claimsParameter: on,
      requestObjects: on,
      jwtUserinfo: on,
      backchannelLogout: on,
      pushedAuthorizationRequests: on,
      dPoP: proofs(pool),
      resourceIndicators: resourceIndicators(pool),
    },
    ...clientAuthentication(pool),
    responseTypes: Object.values(RESPONSE_TYPES).flat(),
    scopes: [...SYSTEM_SCOPES, 'offline_access', ...definedScopes(pool)],
    // Whoever cannot keep a secret proves by a verifier that a code is theirs (RFC 9700 section 2.1.1).
    pkce: { required: (_, client) => client.tokenEndpointAuthMethod === 'none' },
    issueRefreshToken: async (_, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: ({ oidc }) => mustRotate(pool, oidc),
    extraParams: [...EXTRA_PARAMETERS],
    enabledJWA: {
      idTokenSigningAlgValues: ['RS256'],
      userinfoSigningAlgValues: ['RS256'],
      requestObjectSigningAlgValues: [...CLIENT_ALGS],
      clientAuthSigningAlgValues: [...CLIENT_ALGS],
      dPoPSigningAlgValues: [...KEY_ALGS],
    },
    acrValues: [...ACR_VALUES],
    claims: claimsByScope(pool),
  };
}

/** How a person proved who they are, as `acr` says it: by one factor. */
export const ACR_VALUES = ['urn:foyer:acr:1fa'] as const;

/** A token that anybody could use, in the hands of a client that cannot be told from another (RFC 9700 section 2.2.2). */
function mustRotate(pool: Pool, { client, entities }: KoaContextWithOIDC['oidc']): boolean {
  if (!client) return false;
  const bound = entities.RefreshToken?.isSenderConstrained() ?? false;
  return rotates(clientOf(pool, client)) || (client.tokenEndpointAuthMethod === 'none' && !bound);
}

/** Names by scope (OpenID Connect Core 5.4); attributes that no specification names go with `profile`, as in Cognito. */
function claimsByScope({ settings }: Pick<Pool, 'settings'>): NonNullable<Configuration['claims']> {
  const elsewhere = new Set([
    'sub',
    'email',
    'email_verified',
    'phone_number',
    'phone_number_verified',
    'address',
  ]);
  const names = settings.SchemaAttributes.map(({ Name }) => Name).filter((name) => !elsewhere.has(name));
  return {
    acr: null,
    iss: null,
    sid: null,
    openid: [...ALWAYS_TOLD],
    email: ['email', 'email_verified'],
    phone: ['phone_number', 'phone_number_verified'],
    profile: [...names, 'address', 'updated_at'],
  };
}

function people(pool: Pool, shared: Configuration): Configuration {
  return {
    /** A token names its sign-in; without one it is the person of the session who is asked for. */
    async findAccount(ctx, id, token) {
      if (token && 'grantId' in token) return accountOfGrant(pool, ctx, token);
      const person = await shared.findAccount?.(ctx, id);
      const account = person && (await pool.accounts.find(id));
      return account && libraryAccount(pool, ctx, account);
    },
  };
}

function signIn(signInPage: SignInPage): Configuration {
  return {
    interactions: {
      policy: signInPolicy(),
      async url(ctx, interaction) {
        const { query } = await carryOn(ctx, interaction);
        return signInPage(query, interaction.uid);
      },
    },
    // Each answer is a grant of its own, recorded when it is given (`record-grant.ts`).
    async loadExistingGrant({ oidc }) {
      const { provider, account, client, resourceServers } = oidc;
      const grant = new provider.Grant({ accountId: account?.accountId, clientId: client?.clientId });
      grant.jti = newGrantId();
      grant.addOIDCScope([...oidc.requestParamScopes].join(' '));
      grant.addOIDCClaims([...oidc.requestParamClaims]);
      for (const [resource, server] of Object.entries(resourceServers ?? {}))
        grant.addResourceScope(
          resource,
          [...oidc.requestParamScopes].filter((scope) => server.scopes.has(scope)).join(' '),
        );
      return grant;
    },
  };
}

function lifetimes(pool: Pool, shared: Configuration): Configuration {
  const of = (client: unknown) => tokenLifetimes(clientOf(pool, client as Parameters<typeof clientOf>[1]));
  return {
    ttl: {
      ...shared.ttl,
      AccessToken: (_, __, client) => of(client).access,
      ClientCredentials: (_, __, client) => of(client).access,
      IdToken: (_, __, client) => of(client).id,
      // A token that another is rotated into ends when that one would have.
      RefreshToken: ({ oidc }, _, client) =>
        oidc.entities.RotatedRefreshToken?.remainingTTL ?? of(client).refresh,
    },
  };
}
