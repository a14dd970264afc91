/** Where the endpoints are that the `openid` profile alone has, below the pool's address. */
import type { Context } from 'koa';

export const OPENID_PATHS = {
  /** RFC 9126. */
  pushedAuthorization: '/oauth2/par',
  /** RFC 8628. */
  deviceAuthorization: '/oauth2/device_authorization',
  /** Where pages send the browser back to when the person has answered for a device. */
  deviceResume: '/device/:uid',
  /** RFC 7591. */
  registration: '/oauth2/register',
  /** RFC 7592. */
  registeredClient: '/oauth2/register/:id',
} as const;

/** Each handler answers every method itself, the ones that it does not serve with 405. */
export type OpenIdEndpoints = { [name in keyof typeof OPENID_PATHS]: (ctx: Context) => Promise<void> };
