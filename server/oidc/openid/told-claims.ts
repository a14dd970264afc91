/** Which claims of a person go with which scope (OpenID Connect Core 5.4), and which an application may ask for at all. */
import type { Configuration } from 'oidc-provider';
import type { Client, Pool } from '../../pool.ts';

/** Scopes of the specification that no client is given by name: `address` goes with `profile`, `offline_access` with refresh tokens. */
export const STANDARD_SCOPES = ['address', 'offline_access'] as const;

/** What every ID token says when it is known, whatever was asked for: names of the library's `openid` scope. */
const ALWAYS_TOLD = [
  'sub',
  'auth_time',
  'token_use',
  'cognito:username',
  'cognito:groups',
  'cognito:roles',
  'cognito:preferred_role',
  'origin_jti',
] as const;

/** Claims about the sign-in rather than the person; they go with no scope. */
const OF_THE_SIGN_IN = ['acr', 'iss', 'sid'] as const;

const SCOPE_OF: Readonly<Record<string, string>> = {
  email: 'email',
  email_verified: 'email',
  phone_number: 'phone',
  phone_number_verified: 'phone',
  address: 'address',
};

/** Attributes that no specification names go with `profile`, as in Cognito. */
function scopeOfClaim(name: string): string {
  return SCOPE_OF[name] ?? 'profile';
}

/** As the library is configured: the names of each scope, and `null` for those that go with none. */
export function claimsByScope({ settings }: Pick<Pool, 'settings'>): NonNullable<Configuration['claims']> {
  const attributes = settings.SchemaAttributes.map(({ Name }) => Name).filter((name) => name !== 'sub');
  const names = [...new Set([...Object.keys(SCOPE_OF), ...attributes, 'updated_at'])];
  const of = (scope: string) => names.filter((name) => scopeOfClaim(name) === scope);
  return {
    ...Object.fromEntries(OF_THE_SIGN_IN.map((name) => [name, null])),
    openid: [...ALWAYS_TOLD],
    ...Object.fromEntries(['email', 'phone', 'address', 'profile'].map((scope) => [scope, of(scope)])),
  };
}

/**
 * Whether the operator lets this client learn a claim of a person, in whatever way it asks: by a scope, or by the
 * `claims` parameter, which could otherwise fetch what the client's scopes keep from it.
 */
export function mayLearn({ settings }: Pick<Client, 'settings'>, claim: string): boolean {
  return hasScope(settings.AllowedOAuthScopes, scopeOfClaim(claim));
}

/** Cognito has no scope for addresses, its `profile` gives them: whoever has that may ask for them by `address`. */
export function hasScope(allowed: readonly string[], scope: string): boolean {
  return allowed.includes(scope === 'address' ? 'profile' : scope);
}

/** Of the scopes that a token was asked for, those of the specification that the client still has. */
export function standardScopes({ settings }: Pick<Client, 'settings'>, asked: readonly string[]): string[] {
  const { AllowedOAuthScopes: allowed, AllowedOAuthFlows: flows } = settings;
  return STANDARD_SCOPES.filter(
    (scope) =>
      asked.includes(scope) && (scope === 'address' ? hasScope(allowed, scope) : flows.includes('code')),
  );
}
