import type Provider from 'oidc-provider';
import type { Pool } from '../pool.ts';
import type { Address, Cookies } from './cookies.ts';

/** What the endpoints at one address of a pool work with. */
export interface Opening {
  pool: Pool;
  provider: Provider;
  address: Address;
  cookies: Cookies;
}
