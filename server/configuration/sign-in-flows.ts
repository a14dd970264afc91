import type { Client } from '../pool.ts';

/** A way of signing in through the API, by the newer of its names, without the prefix that settings give it. */
export type SignInFlow =
  | 'USER_SRP_AUTH'
  | 'USER_PASSWORD_AUTH'
  | 'ADMIN_USER_PASSWORD_AUTH'
  | 'CUSTOM_AUTH'
  | 'REFRESH_TOKEN_AUTH'
  | 'USER_AUTH';

const DEFAULT: readonly SignInFlow[] = ['USER_SRP_AUTH', 'CUSTOM_AUTH', 'REFRESH_TOKEN_AUTH'];
const PREFIX = 'ALLOW_';

/**
 * Which ways of signing in through the API a client allows. Names with the prefix say all that is allowed; the older
 * ones without add to what every client had, or take from it (SEC-25, SEC-27). Where refresh tokens rotate, the older
 * way to refresh is closed: its answer has no place for the new token.
 */
export function signInFlows({ settings }: Pick<Client, 'settings'>): ReadonlySet<SignInFlow> {
  const flows = new Set(named(settings.ExplicitAuthFlows));
  if (settings.RefreshTokenRotation?.Feature === 'ENABLED') flows.delete('REFRESH_TOKEN_AUTH');
  return flows;
}

function named(explicit: readonly string[]): SignInFlow[] {
  const current = explicit.filter((name) => name.startsWith(PREFIX));
  if (current.length > 0) return current.map((name) => name.slice(PREFIX.length) as SignInFlow);
  if (explicit.includes('CUSTOM_AUTH_FLOW_ONLY')) return ['CUSTOM_AUTH', 'REFRESH_TOKEN_AUTH'];
  return [
    ...DEFAULT,
    ...(explicit.includes('ADMIN_NO_SRP_AUTH') ? (['ADMIN_USER_PASSWORD_AUTH'] as const) : []),
    ...(explicit.includes('USER_PASSWORD_AUTH') ? (['USER_PASSWORD_AUTH'] as const) : []),
  ];
}
