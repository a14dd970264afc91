import { ask, config, decode, fromBase64url, server } from './tools.js';

/** Checks the signature against the published keys, and that the token is fresh, Foyer's, and meant for us. */
export async function verify(token, nonce) {
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
