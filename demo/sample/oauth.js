import { ask, config, decode, fromBase64url, random, server, sha256 } from './tools.js';

/** Leaves for the sign-in page. `state` and the verifier stay here: only this tab can use the answer. */
export async function signIn() {
  const [state, nonce, verifier] = [random(), random(), random()];
  sessionStorage.setItem('request', JSON.stringify({ state, nonce, verifier }));
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: config.clientId,
    redirect_uri: config.redirectUri,
    scope: 'openid email profile',
    state,
    nonce,
    code_challenge: await sha256(verifier),
    code_challenge_method: 'S256',
  });
  location.assign(`${server.authorization_endpoint}?${query}`);
}

/** Back from the sign-in page: checks that the answer belongs to our question, and trades the code for tokens. */
export async function finishSignIn(answer) {
  const { state, nonce, verifier } = JSON.parse(sessionStorage.getItem('request') ?? '{}');
  sessionStorage.removeItem('request');
  if (!state || answer.get('state') !== state)
    throw new Error('That answer belongs to no sign-in of this tab.');
  if (answer.has('error')) throw new Error(answer.get('error_description') ?? answer.get('error'));
  const tokens = await ask(server.token_endpoint, {
    grant_type: 'authorization_code',
    code: answer.get('code'),
    client_id: config.clientId,
    redirect_uri: config.redirectUri,
    code_verifier: verifier,
  });
  await verify(tokens.id_token, nonce);
  return tokens;
}

export async function refresh(tokens) {
  const fresh = await ask(server.token_endpoint, {
    grant_type: 'refresh_token',
    refresh_token: tokens.refresh_token,
    client_id: config.clientId,
  });
  await verify(fresh.id_token);
  return { ...tokens, ...fresh };
}

export const userInfo = (tokens) => ask(server.userinfo_endpoint, undefined, tokens.access_token);

export const signOut = () =>
  location.assign(
    `${server.end_session_endpoint}?${new URLSearchParams({ client_id: config.clientId, logout_uri: config.logoutUri })}`,
  );

/** The signature against the published keys, and that the token is fresh, ours, and meant for us. */
async function verify(token, nonce) {
  const { header, payload } = decode(token);
  const jwk = (await ask(server.jwks_uri)).keys.find(({ kid }) => kid === header.kid);
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('jwk', jwk, algorithm, false, ['verify']);
  const [signed, signature] = [
    token.slice(0, token.lastIndexOf('.')),
    token.slice(token.lastIndexOf('.') + 1),
  ];
  const genuine = await crypto.subtle.verify(
    algorithm,
    key,
    fromBase64url(signature),
    new TextEncoder().encode(signed),
  );
  const right = header.alg === 'RS256' && payload.iss === server.issuer && payload.aud === config.clientId;
  if (!genuine || !right || payload.exp * 1000 < Date.now() || (nonce && payload.nonce !== nonce))
    throw new Error('The ID token is not one that this application may trust.');
}
