import { createHmac } from 'node:crypto';
import { checkName, checkNames, detail, scopes, withDerived, wrong } from '../details.ts';
import { openOAuth2Provider } from '../oauth2/open-provider.ts';
import type { ProviderKind, ProviderRecord } from '../provider.ts';
import type { Json } from '../read-answer.ts';

/** What the service shows unless told otherwise. Facebook answers a version that is retired as its oldest living one. */
const SHOWN = 'v17.0';

function derived(record: ProviderRecord) {
  const version = detail(record, 'api_version') ?? SHOWN;
  if (!/^v\d{1,3}\.\d{1,3}$/.test(version)) throw wrong('api_version of Facebook has the form v17.0');
  return {
    authorize_url: `https://www.facebook.com/${version}/dialog/oauth`,
    token_url: `https://graph.facebook.com/${version}/oauth/access_token`,
    token_request_method: 'GET',
    attributes_url: `https://graph.facebook.com/${version}/me?fields=`,
    attributes_url_add_attributes: 'true',
  };
}

/** Facebook Login, by OAuth 2.0 and the Graph API: developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow */
export const facebook: ProviderKind = {
  subject: 'id',

  async complete(record) {
    checkName(record);
    checkNames(record, ['client_id', 'client_secret', 'authorize_scopes']);
    const commas = { ...record.details, authorize_scopes: scopes(record, ',') };
    return withDerived({ ...record, details: commas }, derived(record));
  },

  open(record, { overrides = {}, ...environment }) {
    const urls = { ...derived(record), ...overrides['Facebook'] };
    const { client_id: clientId = '', client_secret: clientSecret = '' } = record.details;
    return openOAuth2Provider(
      record,
      {
        clientId,
        clientSecret,
        scopes: scopes(record, ','),
        authorizeUrl: urls.authorize_url,
        tokenUrl: urls.token_url,
        tokenMethod: 'GET',
        async person(ask, accessToken) {
          // A token stolen from an app's pages is of no use to others when each call proves that we know the secret.
          const proof = createHmac('sha256', clientSecret).update(accessToken).digest('hex');
          const me = await ask(`${urls.attributes_url}${fields(record)}&appsecret_proof=${proof}`);
          return { subject: me['id'], claims: withPicture(me) };
        },
      },
      environment,
    );
  },
};

/** FED-34: `id` and what is mapped, no more; Facebook answers an error for fields that were not allowed. */
function fields({ mapping = {} }: ProviderRecord): string {
  const mapped = Object.values(mapping).filter((name) => name !== 'access_token');
  return [...new Set(['id', ...mapped])].map(encodeURIComponent).join(',');
}

/** The picture is an object around an address. */
function withPicture(me: Json): Json {
  const url = (me['picture'] as { data?: { url?: unknown } } | undefined)?.data?.url;
  return typeof url === 'string' ? { ...me, picture: url } : me;
}
