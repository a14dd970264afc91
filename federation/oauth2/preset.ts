import { checkNames, scopes, withDerived } from '../details.ts';
import type { Preset } from '../provider.ts';
import type { Json } from '../read-answer.ts';
import type { Ask } from './ask.ts';
import { openOAuth2Provider } from './open-provider.ts';

/** A vendor that has OAuth 2.0 and no ID token, and that the API has no type for. */
export interface OAuth2Vendor {
  /** The name of its entry in the operator's other addresses. */
  name: string;
  /** What an administrator gives as `oidc_issuer` to mean this vendor. */
  issuer: string;
  authorize_url: string;
  token_url: string;
  /** Where the person is described. */
  attributes_url: string;
  /** The client proves itself by HTTP Basic. */
  basic?: boolean;
  /** It names itself, by that issuer, in what the browser brings back (RFC 9207). */
  namesItself?: boolean;
  /** The person in the names of OpenID: `sub` first of all, and `email_verified` only as the vendor says it. */
  person(ask: Ask, attributesUrl: string): Promise<Json>;
}

/** Makes a vendor a provider of type OIDC, whose `username` is `sub` as with all of them. */
export function oauth2Preset(vendor: OAuth2Vendor): Preset {
  const { name, issuer, person, basic, namesItself, ...urls } = vendor;
  return {
    issuer: new RegExp(`^${RegExp.escape(issuer)}$`),
    kind: {
      subject: 'sub',

      async complete(record) {
        checkNames(record, ['client_id', 'client_secret', 'authorize_scopes']);
        const fixed = { attributes_request_method: 'GET', attributes_url_add_attributes: 'false' };
        return withDerived(record, { oidc_issuer: issuer, ...urls, ...fixed });
      },

      open(record, { overrides = {}, ...environment }) {
        const { authorize_url, token_url, attributes_url } = { ...urls, ...overrides[name] };
        const asked = scopes(record, ' ').split(' ');
        const settings = {
          clientId: record.details['client_id'] ?? '',
          clientSecret: record.details['client_secret'] ?? '',
          // Tools write openid for every provider of this type; these vendors do not know it.
          scopes: asked.filter((scope) => scope !== 'openid').join(' '),
          authorizeUrl: authorize_url,
          tokenUrl: token_url,
          basic,
          pkce: true,
          issuer: namesItself ? issuer : undefined,
          async person(ask: Ask) {
            const claims = await person(ask, attributes_url);
            return { subject: claims['sub'], claims };
          },
        };
        return openOAuth2Provider(record, settings, environment);
      },
    },
  };
}
