import { ask, config, random, server, sha256 } from './tools.js';
import { verify } from './verify.js';

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
  // Says which server answers, where that server says it: an answer of another is not for this one (RFC 9207).
  if (answer.has('iss') && answer.get('iss') !== server.issuer)
    throw new Error('That answer comes from another server.');
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

/** The ID token says who leaves: nobody else is signed out by this link, and nobody is asked whether they meant it. */
export const signOut = (tokens) =>
  location.assign(
    `${server.end_session_endpoint}?${new URLSearchParams({
      client_id: config.clientId,
      id_token_hint: tokens.id_token,
      logout_uri: config.logoutUri,
    })}`,
  );
