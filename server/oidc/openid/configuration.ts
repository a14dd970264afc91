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
import { notedPerson } from '../hand-over.ts';
import { DEVICE_PAGES } from '../interaction.ts';
import { clientOf } from '../library-client.ts';
import { accountOfGrant, libraryAccount } from './account.ts';
import { carryOn } from './carry-on.ts';
import { checkClaims } from './check-claims.ts';
import { checkScopes } from './check-scopes.ts';
import { CLIENT_ALGS, clientAuthentication } from './client-assertions.ts';
import { RESPONSE_TYPES } from './client-metadata.ts';
import { agreedBy, keepAgreed } from './consent.ts';
import { askAboutDevice, DEVICE_CODE_SECONDS, DEVICE_PARAMETER, deviceFlow } from './device/device-flow.ts';
import { outgoingFetch } from './outgoing.ts';
import { OPENID_PATHS } from './paths.ts';
import { proofs } from './proofs.ts';
import { resourceIndicators } from './resources.ts';
import { ACR_VALUES, signInPolicy } from './sign-in-policy.ts';
import { openOpenIdStorage } from './storage.ts';
import { claimsByScope, STANDARD_SCOPES } from './told-claims.ts';

/** Below the pool's address; the sign-in page for every other. */
const PAGE_OF_PROMPT: ReadonlyMap<string, string> = new Map([
  ['consent', '/consent'],
  ['device', DEVICE_PAGES.confirm],
]);

/** Parameters of an authorize request beyond the specifications': ways in that Cognito's applications name. */
export const EXTRA_PARAMETERS = ['identity_provider', 'idp_identifier', 'lang'] as const;

export function openIdConfiguration(pool: Pool, cookies: Cookies, signInPage: SignInPage): Configuration {
  const shared = configurationOf(pool, cookies, signInPage);
  return {
    ...shared,
    ...endpoints(pool, shared),
    ...people(pool, shared),
    ...signIn(pool, signInPage),
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
      device_authorization: OPENID_PATHS.deviceAuthorization,
      code_verification: DEVICE_PAGES.enter,
    },
    features: {
      ...shared.features,
      userinfo: on,
      claimsParameter: { ...on, assertClaimsParameter: checkClaims },
      requestObjects: on,
      jwtUserinfo: on,
      backchannelLogout: on,
      pushedAuthorizationRequests: on,
      deviceFlow: deviceFlow(),
      dPoP: proofs(pool),
      resourceIndicators: resourceIndicators(pool),
    },
    ...clientAuthentication(pool),
    responseTypes: Object.values(RESPONSE_TYPES).flat(),
    scopes: [...SYSTEM_SCOPES, ...STANDARD_SCOPES, ...definedScopes(pool)],
    // Whoever cannot keep a secret proves by a verifier that a code is theirs (RFC 9700 section 2.1.1).
    pkce: { required: (_, client) => client.tokenEndpointAuthMethod === 'none' },
    issueRefreshToken: async (_, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: ({ oidc }) => mustRotate(pool, oidc),
    extraParams: {
      ...Object.fromEntries(EXTRA_PARAMETERS.map((name) => [name, null])),
      // Ours alone: in a request of an application it means nothing, and must not lead its people to a device. The library
      // asks here when it has checked all else, whatever the request has.
      [DEVICE_PARAMETER]({ oidc: { params } }) {
        if (!params) return;
        params[DEVICE_PARAMETER] = undefined;
        checkScopes(pool, params['scope']);
      },
    },
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

/** A token that anybody could use, in the hands of a client that cannot be told from another (RFC 9700 section 2.2.2). */
function mustRotate(pool: Pool, { client, entities }: KoaContextWithOIDC['oidc']): boolean {
  if (!client) return false;
  const bound = entities.RefreshToken?.isSenderConstrained() ?? false;
  return rotates(clientOf(pool, client)) || (client.tokenEndpointAuthMethod === 'none' && !bound);
}

function people(pool: Pool, shared: Configuration): Configuration {
  return {
    /** A token names its sign-in; without one it is the person of the session who is asked for. */
    async findAccount(ctx, id, token) {
      if (token && 'grantId' in token) return accountOfGrant(pool, ctx, token);
      const agreed = agreedBy(ctx.oidc.session, id);
      const person = await shared.findAccount?.(ctx, id);
      // Read for this request already, by whoever found the session or the sign-in to hold.
      const account = person && (notedPerson(id) ?? (await pool.accounts.find(id)));
      if (account) keepAgreed(pool, ctx.oidc, agreed, id);
      return account && libraryAccount(pool, ctx, account);
    },
  };
}

function signIn(pool: Pool, signInPage: SignInPage): Configuration {
  return {
    interactions: {
      policy: askAboutDevice(signInPolicy(pool)),
      async url(ctx, interaction) {
        const { query } = await carryOn(ctx, interaction);
        return signInPage(query, interaction.uid, PAGE_OF_PROMPT.get(interaction.prompt.name));
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
      DeviceCode: DEVICE_CODE_SECONDS,
      AccessToken: (_, __, client) => of(client).access,
      ClientCredentials: (_, __, client) => of(client).access,
      IdToken: (_, __, client) => of(client).id,
      // A token that another is rotated into ends when that one would have.
      RefreshToken: ({ oidc }, _, client) =>
        oidc.entities.RotatedRefreshToken?.remainingTTL ?? of(client).refresh,
    },
  };
}
