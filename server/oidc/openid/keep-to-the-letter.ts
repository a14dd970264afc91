/** Where the library answers a little differently than the specifications have it. */
import type { EventEmitter } from 'node:events';
import Provider, { errors } from 'oidc-provider';
import { ACR_VALUES } from './sign-in-policy.ts';

export function keepToTheLetter(provider: Provider): void {
  tellIssuer(provider);
  nameUnauthorized(provider);
  const { OIDCContext } = provider as unknown as { OIDCContext: { prototype: object } };
  // Everybody here has proven who they are in the one way that there is; sessions do not say so.
  Object.defineProperty(OIDCContext.prototype, 'acr', { get: () => ACR_VALUES[0] });
}

/** RFC 9207 section 2: in every answer, also beside an ID token. */
function tellIssuer(provider: Provider): void {
  const emitter: EventEmitter = provider;
  emitter.on('authorization.success', (_, answer?: { iss?: string }) => {
    // A browser that has answered for a device is led to a page, not back to an application.
    if (answer) answer.iss = provider.issuer;
  });
}

/** RFC 6749 sections 4.1.2.1 and 5.2 have a word for what a client is not registered for; the library says `invalid_request`. */
function nameUnauthorized(provider: Provider): void {
  const { prototype } = provider.Client;
  const { responseTypeAllowed, grantTypeAllowed } = prototype;
  prototype.responseTypeAllowed = function allowed(type) {
    if (responseTypeAllowed.call(this, type)) return true;
    throw new errors.UnauthorizedClient('requested response_type is not allowed for this client');
  };
  prototype.grantTypeAllowed = function allowed(type) {
    if (grantTypeAllowed.call(this, type)) return true;
    const { oidc } = Provider.ctx ?? {};
    if (
      oidc?.route === 'device_authorization' ||
      (oidc?.route === 'token' && oidc.params?.['grant_type'] === type)
    )
      throw new errors.UnauthorizedClient('requested grant type is not allowed for this client');
    return false;
  };
}
