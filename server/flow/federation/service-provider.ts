import type { Context } from 'koa';
import { serviceProviderMetadata } from '#federation/saml/service-provider-metadata.ts';
import type { Pool } from '../../pool.ts';
import type { FlowAddress } from '../links.ts';
import { notAllowed } from '../not-allowed.ts';
import { LOGOUT_ENDPOINT } from './sign-out.ts';
import { ENDPOINTS } from './transactions.ts';

/** Our own SAML metadata, made of the configured address whatever a request calls us. */
export function showServiceProvider({ id: poolId, federation }: Pool, { base }: FlowAddress) {
  return async (ctx: Context): Promise<void> => {
    if (ctx.method !== 'GET') return notAllowed(ctx, 'GET');
    const signing = await federation?.signing?.();
    if (!signing) return;
    ctx.set('cache-control', 'no-cache');
    ctx.set('x-content-type-options', 'nosniff');
    ctx.type = 'application/samlmetadata+xml';
    ctx.body = serviceProviderMetadata({
      poolId,
      callbackUrl: base + ENDPOINTS.saml2,
      logoutUrl: base + LOGOUT_ENDPOINT,
      certificate: signing.certificate,
    });
  };
}
