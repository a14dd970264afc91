import { checkNames, detail, scopes, wrong } from '../details.ts';
import { type Environment, ProviderFault, type ProviderKind, type ProviderRecord } from '../provider.ts';
import { discover, ENDPOINTS, type Endpoint } from './discover.ts';
import { type OidcSettings, openOidcProvider } from './open-provider.ts';

/** `ProviderType` OIDC: any OpenID provider, by its issuer or by four addresses. Habits are of some vendors only. */
export const oidcKind = (habits: Pick<OidcSettings, 'nonce' | 'refine'> = {}): ProviderKind => ({
  subject: 'sub',

  async complete(record, environment) {
    checkNames(record, ['client_id', 'client_secret', 'authorize_scopes', 'oidc_issuer']);
    const issuer = checkIssuer(record, environment);
    if (!scopes(record, ' ').split(' ').includes('openid'))
      throw wrong('authorize_scopes must include openid');
    const method = detail(record, 'attributes_request_method') ?? 'GET';
    if (method !== 'GET' && method !== 'POST') throw wrong('attributes_request_method must be GET or POST');
    const endpoints = await completeEndpoints(record, issuer, environment);
    return {
      client_id: detail(record, 'client_id') ?? '',
      client_secret: detail(record, 'client_secret') ?? '',
      authorize_scopes: scopes(record, ' '),
      oidc_issuer: issuer,
      attributes_request_method: method,
      attributes_url_add_attributes: 'false',
      ...endpoints,
    };
  },

  open(record, environment) {
    const { details } = record;
    const settings = {
      clientId: details['client_id'] ?? '',
      clientSecret: details['client_secret'] ?? '',
      scopes: scopes(record, ' '),
      issuer: details['oidc_issuer'] ?? '',
      endpoints: endpointsOf(record),
      method: details['attributes_request_method'] === 'POST' ? ('POST' as const) : ('GET' as const),
    };
    return openOidcProvider(record, { ...settings, ...habits }, environment);
  },
});

/** FED-39, FED-40; http is for the addresses that the operator allows. */
function checkIssuer(record: ProviderRecord, { outgoing }: Environment): string {
  const issuer = detail(record, 'oidc_issuer') ?? '';
  const refused = outgoing.refusal(issuer);
  if (refused) throw wrong(`oidc_issuer ${issuer} cannot be used: ${refused}`);
  if (issuer.endsWith('/')) throw wrong('oidc_issuer must not end with /');
  if (/[?#]/.test(issuer)) throw wrong('oidc_issuer must have neither a query nor a fragment');
  return issuer;
}

/** The four endpoints that were given; blanks are not endpoints. */
function endpointsOf(record: ProviderRecord): Partial<Record<Endpoint, string>> {
  const names = Object.keys(ENDPOINTS) as Endpoint[];
  const given = names.map((name) => [name, detail(record, name)] as const);
  return Object.fromEntries(given.filter(([, url]) => url !== undefined));
}

/** FED-41 to FED-43: what is not given is discovered, and what cannot be discovered is named. */
async function completeEndpoints(record: ProviderRecord, issuer: string, environment: Environment) {
  const given = endpointsOf(record);
  for (const [name, url] of Object.entries(given)) {
    const refused = environment.outgoing.refusal(url);
    if (refused) throw wrong(`${name} ${url} cannot be used: ${refused}`);
  }
  const missing = (Object.keys(ENDPOINTS) as Endpoint[]).filter((name) => !given[name]);
  if (missing.length === 0) return given;
  const found = await discover(issuer, environment, { anew: true }).catch((fault) => {
    if (!(fault instanceof ProviderFault)) throw fault;
    throw wrong(
      `${issuer}/.well-known/openid-configuration gives no endpoints (${fault.message}); ` +
        `ProviderDetails must have ${missing.join(', ')}`,
    );
  });
  const absent = missing.filter((name) => !found.endpoints[name]);
  if (absent.length)
    throw wrong(`${issuer} does not publish ${absent.join(', ')}; give them in ProviderDetails`);
  return { ...found.endpoints, ...given };
}
