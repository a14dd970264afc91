/** The application of `oidc-client-ts.test.ts`, bundled for the browser: a user manager, as the library's guide has it. */
import { IndexedDbDPoPStore, type User, UserManager } from 'oidc-client-ts';

/** On the page; `oidc-client-ts.test.ts` calls it there. */
declare global {
  var manager: UserManager;
}

/** What the application is told, and what it uses of a browser. */
const { told, location, document } = globalThis as unknown as {
  told: { authority: string; client_id: string; redirect_uri: string; bound: boolean };
  location: { search: string };
  document: { title: string };
};

const { bound, ...settings } = told;
globalThis.manager = new UserManager({
  ...settings,
  post_logout_redirect_uri: settings.redirect_uri,
  scope: 'openid email profile offline_access',
  // The library asks as the bearer of a token only, which nobody is whose tokens are bound.
  loadUserInfo: !bound,
  automaticSilentRenew: false,
  // Tokens that are of use to this browser only (RFC 9449).
  ...(bound && { dpop: { store: new IndexedDbDPoPStore(), bind_authorization_code: true } }),
});

/** Takes what a redirect brought, as the library's guide has it. */
async function comeBack(): Promise<string> {
  const answer = new URLSearchParams(location.search);
  if (answer.has('code')) {
    const user = await globalThis.manager.signinRedirectCallback();
    return `Hello, ${bound ? await nameByProof(user) : user.profile.name}`;
  }
  if (answer.has('state')) await globalThis.manager.signoutRedirectCallback();
  return 'Nobody is signed in';
}

/** User info with a proof of the key, as the library's guide has it for every call with a bound token. */
async function nameByProof(user: User): Promise<string> {
  const url = (await globalThis.manager.metadataService.getUserInfoEndpoint()) ?? '';
  const proof = (await globalThis.manager.dpopProof(url, user)) ?? '';
  const headers = { authorization: `DPoP ${user.access_token}`, DPoP: proof };
  const { name } = (await (await fetch(url, { headers })).json()) as { name: string };
  return name;
}

comeBack().then(
  (title) => {
    document.title = title;
  },
  (error) => {
    document.title = String(error);
  },
);
