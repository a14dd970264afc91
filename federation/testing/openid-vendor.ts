import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { codeServer } from './code-server.ts';
import { type LocalVendor, openVendor, type Reply, type Seen } from './local-vendor.ts';
import { fullName, person } from './people.ts';

export interface OpenIdVendor extends LocalVendor {
  issuer: string;
  /** What becomes of the next ID tokens, as an attacker or a careless vendor would have it. */
  forge: {
    claims?(claims: JWTPayload): JWTPayload;
    token?(claims: JWTPayload): string | Promise<string>;
    userInfo?(claims: JWTPayload): Reply | Promise<Reply>;
  };
  /** Signs with a new key, which is published; the old one is not any more. */
  rotate(): Promise<void>;
  sign(claims: JWTPayload, header?: { alg?: string; kid?: string }): Promise<string>;
  /** The public key that is published now. */
  published(): Promise<Record<string, unknown>>;
}

export interface OpenIdVendorOptions {
  clientId: string;
  clientSecret: string;
  callbackUrl: string;
  /** Time, as the vendor's clock shows it: milliseconds. */
  now?: () => number;
  /** The issuer, where it is not the address of this server. */
  issuer?: string;
  alg?: 'RS256' | 'ES256' | 'EdDSA';
  /** Members of the discovery document that are changed, or left out where undefined. */
  discovery?: Record<string, unknown>;
  /** Where a vendor has its endpoints, as paths; `discovery` is where its document is. */
  paths?: Partial<Record<'discovery' | 'authorize' | 'token' | 'userinfo' | 'jwks', string>>;
  /** What becomes of an answer of the token endpoint. */
  tokenReply?(reply: Reply): Reply;
  basic?: true;
  /** An ID token is given without being asked for by the scope openid. */
  always?: true;
  /** What the vendor says of a person besides the usual. */
  extra?: Record<string, unknown>;
  answer?: (callback: URL, seen: Seen) => Reply;
  /** Takes the place of the check of client_secret. */
  proven?: (parameters: URLSearchParams) => boolean | Promise<boolean>;
}

/** An OpenID provider, after OpenID Connect Core and Discovery 1.0. */
export async function openOpenIdVendor(options: OpenIdVendorOptions): Promise<OpenIdVendor> {
  const { clientId, clientSecret, callbackUrl, now = Date.now, alg = 'RS256' } = options;
  const forge: OpenIdVendor['forge'] = {};
  let generation = 0;
  let pair = await generateKeyPair(alg, { extractable: true });
  const published = async () => ({
    ...(await exportJWK(pair.publicKey)),
    kid: `key-${generation}`,
    use: 'sig',
    alg,
  });

  const sign = (claims: JWTPayload, header: { alg?: string; kid?: string } = {}) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg, kid: `key-${generation}`, ...header })
      .sign(pair.privateKey as CryptoKey);

  const proven = ({ parameters, headers }: { parameters: URLSearchParams; headers: Seen['headers'] }) => {
    if (!options.basic)
      return parameters.get('client_id') === clientId && parameters.get('client_secret') === clientSecret;
    // RFC 6749 2.3.1: both are form-encoded before they are joined.
    const [, given = ''] = /^Basic (.*)$/.exec(headers.authorization ?? '') ?? [];
    const [id, secret] = Buffer.from(given, 'base64').toString().split(':').map(decodeURIComponent);
    return id === clientId && secret === clientSecret && !parameters.has('client_secret');
  };

  function claimsOf(who: string): JWTPayload {
    const { id, email, verified, givenName, familyName } = person(who);
    const name = { name: fullName(person(who)), given_name: givenName, family_name: familyName };
    return { sub: id, email, email_verified: verified, ...name, ...options.extra };
  }

  async function token(base: string, codes: ReturnType<typeof codeServer>, seen: Seen): Promise<Reply> {
    if (seen.method !== 'POST') return { status: 405, json: { error: 'invalid_request' } };
    if (options.proven && !(await options.proven(seen.form)))
      return { status: 401, json: { error: 'invalid_client' } };
    const done = codes.exchange(seen.form, seen.headers);
    if (!('grant' in done)) return done;
    const { grant, accessToken } = done;
    const seconds = Math.floor(now() / 1000);
    const times = { iat: seconds, exp: seconds + 3600 };
    const { sub, email } = claimsOf(grant.who);
    const plain = {
      iss: options.issuer ?? base,
      aud: clientId,
      sub,
      email,
      nonce: grant.nonce,
      only_id_token: 'yes',
      ...times,
    };
    const claims = forge.claims?.(plain) ?? plain;
    const idToken = (await forge.token?.(claims)) ?? (await sign(claims));
    const answer = { access_token: accessToken, token_type: 'Bearer', expires_in: 3600 };
    return {
      json:
        options.always || grant.scope.split(' ').includes('openid')
          ? { ...answer, id_token: idToken }
          : answer,
    };
  }

  const vendor = await openVendor((base) => {
    const namesItself = options.discovery?.['authorization_response_iss_parameter_supported'] === true;
    const added: Record<string, string> = namesItself ? { iss: options.issuer ?? base } : {};
    const check = options.proven ? () => true : proven;
    const codes = codeServer({ clientId, callbackUrl, proven: check, added, answer: options.answer });
    const discovery = {
      issuer: options.issuer ?? base,
      authorization_endpoint: `${base}/authorize`,
      token_endpoint: `${base}/token`,
      userinfo_endpoint: `${base}/userinfo`,
      jwks_uri: `${base}/jwks`,
      id_token_signing_alg_values_supported: [alg],
      ...options.discovery,
    };
    const paths = {
      discovery: '/.well-known/openid-configuration',
      authorize: '/authorize',
      token: '/token',
      userinfo: '/userinfo',
      jwks: '/jwks',
      ...options.paths,
    };
    const { tokenReply = (reply) => reply } = options;
    return {
      [paths.discovery]: () => ({ json: discovery }),
      [paths.authorize]: codes.authorize,
      [paths.token]: async (seen) => tokenReply(await token(base, codes, seen)),
      [paths.jwks]: async () => ({ json: { keys: [await published()] } }),
      async [paths.userinfo](seen) {
        const grant = codes.holder(seen.headers);
        if (!grant) return { status: 401, json: { error: 'invalid_token' } };
        const claims = { ...claimsOf(grant.who), only_userinfo: 'yes' };
        return (await forge.userInfo?.(claims)) ?? { json: claims };
      },
    };
  });
  return {
    ...vendor,
    issuer: options.issuer ?? vendor.base,
    forge,
    sign,
    published,
    async rotate() {
      generation += 1;
      pair = await generateKeyPair(alg, { extractable: true });
    },
  };
}
