import { checkName, checkNames, scopes, withDerived } from '../details.ts';
import { openOidcProvider } from '../oidc/open-provider.ts';
import type { ProviderKind } from '../provider.ts';

/** Shown to administrators, as the API documents it. */
const DERIVED = {
  oidc_issuer: 'https://accounts.google.com',
  authorize_url: 'https://accounts.google.com/o/oauth2/v2/auth',
  token_url: 'https://www.googleapis.com/oauth2/v4/token',
  token_request_method: 'POST',
  attributes_url: 'https://people.googleapis.com/v1/people/me?personFields=',
  attributes_url_add_attributes: 'true',
};

/**
 * What is called, as Google publishes it today. User info of OpenID takes the place of the People API, which names
 * everything differently.
 */
const CALLED = {
  authorize_url: DERIVED.authorize_url,
  token_url: 'https://oauth2.googleapis.com/token',
  attributes_url: 'https://openidconnect.googleapis.com/v1/userinfo',
  jwks_uri: 'https://www.googleapis.com/oauth2/v3/certs',
};

/** Google, by OpenID Connect: developers.google.com/identity/openid-connect. */
export const google: ProviderKind = {
  subject: 'sub',

  async complete(record) {
    checkName(record);
    checkNames(record, ['client_id', 'client_secret', 'authorize_scopes']);
    return withDerived(record, DERIVED);
  },

  open(record, { overrides = {}, ...environment }) {
    const { oidc_issuer: issuer = DERIVED.oidc_issuer, ...endpoints } = overrides['Google'] ?? {};
    // Without openid there would be no ID token, and so nothing that is verified.
    const asked = new Set(['openid', ...scopes(record, ' ').split(' ')]);
    const settings = {
      clientId: record.details['client_id'] ?? '',
      clientSecret: record.details['client_secret'] ?? '',
      scopes: [...asked].join(' '),
      issuer,
      // Google documents that its tokens may leave the scheme out.
      alsoIssuer: ['accounts.google.com'],
      endpoints: { ...CALLED, ...endpoints },
      known: { algorithms: ['RS256'], pkce: true, basicOnly: false, namesItself: false },
    };
    return openOidcProvider(record, settings, environment);
  },
};
