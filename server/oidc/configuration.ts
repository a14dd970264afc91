/** A pool at one address -> the options of the library, by topic. What Foyer does itself is switched off. */
import {
  type Client,
  type Configuration,
  errors,
  interactionPolicy,
  type KoaContextWithOIDC,
} from 'oidc-provider';
import type { Pool } from '../pool.ts';
import { liveAccount, newGrantId } from '../tokens/grant.ts';
import { cookieSigner } from './cookie-signer.ts';
import type { Cookies } from './cookies.ts';
import { CARRIED, carriedBy } from './dialect/carried.ts';
import { answerLibraryFault, notePerson } from './hand-over.ts';
import { CARRIED_SECRET, CARRIED_SETTINGS, CARRIED_SSO, clientOf, ssoMinutesOf } from './library-client.ts';
import { openQuietStorage } from './storage.ts';

/** Seconds. */
export const LIFETIMES = { session: 3600, code: 300, interaction: 3600 } as const;

/** Paths below the pool's address, as the library knows them. */
export const LIBRARY_PATHS = {
  authorization: '/oauth2/authorize',
  token: '/oauth2/token',
  revocation: '/oauth2/revoke',
} as const;

export type LibraryPool = Pick<
  Pool,
  'id' | 'keys' | 'sessions' | 'directory' | 'accounts' | 'vault' | 'clock' | 'log' | 'sessionTracking'
>;

/** The address of the sign-in page for an interaction, or of another page below the pool's address. */
export type SignInPage = (query: string, uid: string, page?: string) => string;

export function configurationOf(pool: LibraryPool, cookies: Cookies, signInPage: SignInPage): Configuration {
  return {
    ...endpoints(pool),
    ...storage(pool),
    ...cookieOptions(pool, cookies),
    ...signIn(pool, signInPage),
    ...lifetimes(),
    clientBasedCORS: () => true,
    renderError: (ctx, out) => answerLibraryFault(ctx, out),
  };
}

/** Discovery, keys, user info and logout are routes of our own; the rest has no place in Cognito's protocol. */
function endpoints(pool: LibraryPool): Configuration {
  const off = { enabled: false };
  return {
    routes: { ...LIBRARY_PATHS },
    features: {
      devInteractions: off,
      dPoP: off,
      rpInitiatedLogout: off,
      pushedAuthorizationRequests: off,
      resourceIndicators: off,
      userinfo: off,
      clientCredentials: { enabled: true },
      revocation: {
        enabled: true,
        allowedPolicy: async (_, client, token) => mayRevoke(pool, client, token),
      },
    },
    responseTypes: ['code'],
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'none'],
    allowOmittingSingleRegisteredRedirectUri: false,
    // Cognito leaves it to the application whether to use it.
    pkce: { required: () => false },
    scopes: ['openid'],
    // Any function but the library's own makes it offer the refresh grant; `grants/` issues the tokens.
    issueRefreshToken: async () => true,
    extraParams: [CARRIED],
    extraClientMetadata: { properties: [CARRIED_SETTINGS, CARRIED_SECRET, CARRIED_SSO] },
  };
}

/** Another client's token is passed over in silence, as an unknown one is (RFC 7009 section 2.1). */
function mayRevoke(pool: LibraryPool, client: Client, token: { clientId?: string }): boolean {
  if (!clientOf(pool, client).settings.EnableTokenRevocation)
    throw new errors.InvalidRequest('revocation is switched off for this client');
  return client.clientId === token.clientId;
}

/** The library signs nothing; it will not start without a key, and takes its own well-known one if given none. */
function storage(pool: LibraryPool): Configuration {
  return { adapter: openQuietStorage(pool), jwks: { keys: [pool.keys.signing.id] } };
}

function cookieOptions(pool: LibraryPool, { names, options }: Cookies): Configuration {
  const { session, interaction, resume } = names;
  return {
    cookies: {
      names: { session, interaction, resume },
      long: options,
      short: { ...options, path: undefined },
      keys: cookieSigner(pool.vault.derive('cookies of the OAuth endpoints')),
    },
  };
}

function signIn(pool: LibraryPool, signInPage: SignInPage): Configuration {
  return {
    interactions: {
      policy: signInPolicy(pool),
      url: (ctx, { uid }) => signInPage(carriedBy(ctx.oidc.params).query, uid),
    },
    findAccount: (ctx, id) => findAccount(pool, ctx, id),
    // Each answer is a grant of its own, recorded when it is given (`dialect/response-modes.ts`): revoking one
    // sign-in leaves the others of the same browser alone.
    async loadExistingGrant({ oidc: { provider, account, client } }) {
      const grant = new provider.Grant({ accountId: account?.accountId, clientId: client?.clientId });
      grant.jti = newGrantId();
      grant.addOIDCScope('openid');
      return grant;
    },
    expiresWithSession: async () => false,
  };
}

/**
 * The person of a session, if they still are who signed in: a session that was found says so itself (`storage.ts`).
 * After a fresh sign-in it takes over the epoch that the sign-in saw; it gets none, and is no session, when the
 * person was shut out in the meantime.
 */
async function findAccount(pool: LibraryPool, ctx: KoaContextWithOIDC, accountId: string) {
  const { session, result } = ctx.oidc;
  const person = { accountId, claims: () => ({ sub: accountId }) };
  if (!result?.login) return session?.accountId === accountId ? person : undefined;
  const { epoch, through } = result.login;
  const account = await liveAccount(pool, { accountId, epoch: Number(epoch) });
  if (!account) return undefined;
  notePerson(account);
  if (session) session.state = through === undefined ? { epoch } : { epoch, through };
  return person;
}

/** When a person must be asked. There is no consent page: the operator decides what a client is granted. */
function signInPolicy(pool: LibraryPool): interactionPolicy.DefaultPolicy {
  const { base, Check, Prompt } = interactionPolicy;
  const fresh = ({ oidc }: KoaContextWithOIDC) => oidc.result?.login !== undefined;
  const policy = base();
  policy.clear();
  policy.add(
    new Prompt(
      { name: 'login', requestable: true },
      new Check('no_session', 'the person must sign in', ({ oidc }) => !oidc.account),
      new Check('max_age', 'the person signed in too long ago', (ctx) => {
        const { params, session } = ctx.oidc;
        return (
          params?.['max_age'] !== undefined &&
          !fresh(ctx) &&
          (session?.past(Number(params['max_age'])) ?? true)
        );
      }),
      new Check('hint', 'someone else is signed in', (ctx) => {
        const { sub } = carriedBy(ctx.oidc.params);
        return sub !== undefined && sub !== ctx.oidc.account?.accountId && !fresh(ctx);
      }),
      new Check('sso_age', 'the client wants a fresher sign-in', ({ oidc }) => isTooOld(pool, oidc)),
      new Check(
        PAGE_ASKED,
        'the sign-in page was asked for',
        ({ oidc }) => carriedBy(oidc.params).page && oidc.result === undefined,
      ),
    ),
  );
  return policy;
}

/** Whether the session is older than the client takes one that was begun elsewhere (`SSOSession.MaxValidityMinutes`). */
export function isTooOld(
  { sessionTracking }: LibraryPool,
  { client, session, result }: KoaContextWithOIDC['oidc'],
): boolean {
  const minutes = sessionTracking && client && ssoMinutesOf(client);
  if (minutes === undefined || result?.login !== undefined) return false;
  return minutes === 0 || (session?.past(minutes * 60) ?? true);
}

/** The reason of an interaction that nothing but the wish to see the page has begun. */
export const PAGE_ASKED = 'page';

function lifetimes(): Configuration {
  const now = () => Math.floor(Date.now() / 1000);
  return {
    ttl: {
      AuthorizationCode: LIFETIMES.code,
      Interaction: LIFETIMES.interaction,
      // An hour from signing in, whatever is done in it; the library writes the session again on each request.
      Session: (_, { loginTs }) =>
        loginTs === undefined ? LIFETIMES.session : Math.max(1, loginTs + LIFETIMES.session - now()),
    },
  };
}
