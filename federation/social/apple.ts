import { createPrivateKey, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import { checkName, checkNames, detail, scopes, withDerived, wrong } from '../details.ts';
import { openOidcProvider } from '../oidc/open-provider.ts';
import {
  type Answer,
  type Clock,
  ProviderFault,
  type ProviderKind,
  type ProviderRecord,
} from '../provider.ts';
import type { Json } from '../read-answer.ts';

const DERIVED = {
  oidc_issuer: 'https://appleid.apple.com',
  authorize_url: 'https://appleid.apple.com/auth/authorize',
  token_url: 'https://appleid.apple.com/auth/token',
  token_request_method: 'POST',
  jwks_uri: 'https://appleid.apple.com/auth/keys',
  attributes_url_add_attributes: 'false',
};
const { authorize_url, token_url, jwks_uri } = DERIVED;
const REQUIRED = ['client_id', 'team_id', 'key_id', 'private_key', 'authorize_scopes'];

/**
 * Sign in with Apple, by OpenID Connect with three habits of its own: the secret is a token that the team's key signs,
 * the answer is posted when a name or an address is asked for, and the name comes with the first visit only, beside the
 * ID token. There is no user info. developer.apple.com/documentation/signinwithapplerestapi
 */
export const apple: ProviderKind = {
  subject: 'sub',

  async complete(record) {
    checkName(record);
    checkNames(record, REQUIRED);
    if (!teamKey(record))
      throw wrong('private_key must be the key of the team, an EC key of P-256 in PKCS 8');
    return withDerived(record, DERIVED);
  },

  open(record, { overrides = {}, ...environment }) {
    const { oidc_issuer: issuer = DERIVED.oidc_issuer, ...endpoints } = overrides['SignInWithApple'] ?? {};
    const settings = {
      clientId: record.details['client_id'] ?? '',
      clientSecret: () => signSecret(record, issuer, environment.clock),
      scopes: scopes(record, ' '),
      issuer,
      endpoints: { authorize_url, token_url, jwks_uri, ...endpoints },
      known: { algorithms: ['RS256', 'ES256'], pkce: false, basicOnly: false, namesItself: false },
      parameters: { response_mode: 'form_post' },
      refine: withName,
    };
    return openOidcProvider(record, settings, environment);
  },
};

/** Pasted with or without its PEM lines: consoles ask for either. */
function teamKey(record: ProviderRecord): KeyObject | undefined {
  const inside = (detail(record, 'private_key') ?? '').replaceAll(/-----[A-Z ]+-----|\s/g, '');
  try {
    const key = createPrivateKey({ key: Buffer.from(inside, 'base64'), format: 'der', type: 'pkcs8' });
    return key.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? key : undefined;
  } catch {
    return undefined;
  }
}

/** A secret of five minutes; Apple takes them of up to six months, which nobody could take back. */
function signSecret(record: ProviderRecord, audience: string, clock: Clock): Promise<string> {
  const key = teamKey(record);
  if (!key) throw new ProviderFault('configuration', 'private_key of SignInWithApple cannot be read');
  const now = Math.floor(clock.now() / 1000);
  return new SignJWT()
    .setProtectedHeader({ alg: 'ES256', kid: detail(record, 'key_id') })
    .setIssuer(detail(record, 'team_id') ?? '')
    .setSubject(detail(record, 'client_id') ?? '')
    .setAudience(audience)
    .setIssuedAt(now)
    .setExpirationTime(now + 300)
    .sign(key);
}

/**
 * Adds the name. It came through the browser, so the person can have written it: it is theirs to choose, and nothing
 * else is taken from there, least of all the e-mail address.
 */
function withName(claims: Json, { parameters }: Answer): Json {
  const { firstName, lastName } = nameIn(parameters['user']);
  const name = [firstName, lastName].filter(Boolean).join(' ') || undefined;
  const given = Object.entries({ firstName, lastName, name }).filter(([, value]) => value);
  return { ...claims, ...Object.fromEntries(given) };
}

function nameIn(user: string | undefined): { firstName?: string; lastName?: string } {
  try {
    const { firstName, lastName } = JSON.parse(user ?? '').name;
    const part = (value: unknown) => (typeof value === 'string' ? value : undefined);
    return { firstName: part(firstName), lastName: part(lastName) };
  } catch {
    return {};
  }
}
