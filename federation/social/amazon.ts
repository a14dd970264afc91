/**
 * This folder is the vendors that people know by name: each file says where one is, what it must be asked and what it
 * calls things, on the protocols of `oidc/` and `oauth2/`. Four are types of the API; the others are providers of type
 * OIDC that `registry.ts` knows by their issuer. A server in `testing/` behaves as the vendor documents, and the
 * contract is run against it. No file here verifies a token or makes a request of its own.
 */
import { checkName, checkNames, scopes, withDerived } from '../details.ts';
import { openOAuth2Provider } from '../oauth2/open-provider.ts';
import { ProviderFault, type ProviderKind } from '../provider.ts';

const DERIVED = {
  authorize_url: 'https://www.amazon.com/ap/oa',
  token_url: 'https://api.amazon.com/auth/o2/token',
  token_request_method: 'POST',
  attributes_url: 'https://api.amazon.com/user/profile',
  attributes_url_add_attributes: 'false',
};
const TOKEN_INFO = 'https://api.amazon.com/auth/o2/tokeninfo';

/** Login with Amazon, by OAuth 2.0: developer.amazon.com/docs/login-with-amazon/authorization-code-grant.html */
export const amazon: ProviderKind = {
  subject: 'user_id',

  async complete(record) {
    checkName(record);
    checkNames(record, ['client_id', 'client_secret', 'authorize_scopes']);
    return withDerived(record, DERIVED);
  },

  open(record, { overrides = {}, ...environment }) {
    const urls = { ...DERIVED, tokeninfo_url: TOKEN_INFO, ...overrides['LoginWithAmazon'] };
    const { client_id: clientId = '', client_secret: clientSecret = '' } = record.details;
    return openOAuth2Provider(
      record,
      {
        clientId,
        clientSecret,
        scopes: scopes(record, ' '),
        authorizeUrl: urls.authorize_url,
        tokenUrl: urls.token_url,
        pkce: true,
        async person(ask, accessToken) {
          const [info, profile] = await Promise.all([
            ask(`${urls.tokeninfo_url}?access_token=${encodeURIComponent(accessToken)}`),
            ask(urls.attributes_url),
          ]);
          if (info['aud'] !== clientId)
            throw new ProviderFault('not-verified', 'LoginWithAmazon: the token is for another client');
          if (info['user_id'] !== profile['user_id'])
            throw new ProviderFault('not-verified', 'LoginWithAmazon: the profile is of another person');
          return { subject: profile['user_id'], claims: profile };
        },
      },
      environment,
    );
  },
};
