import { CALLBACK, codeContract } from '../contract-code.ts';
import { completeDetails } from '../registry.ts';
import { openEnvironment } from '../testing/environment.ts';
import { openOidcProvider } from '../testing/oidc-provider.ts';
import { type OpenIdVendorOptions, openOpenIdVendor } from '../testing/openid-vendor.ts';

/** A provider as an administrator creates it: by its issuer, the rest is discovered. */
function contract(name: string, changes: Partial<OpenIdVendorOptions>, details: Record<string, string> = {}) {
  const open = async () => {
    const environment = openEnvironment();
    const client = { clientId: 'rp1', clientSecret: 'a secret that is long & has signs: ü' };
    const server = await openOpenIdVendor({ ...client, callbackUrl: CALLBACK, ...changes });
    const given = {
      client_id: client.clientId,
      client_secret: client.clientSecret,
      authorize_scopes: 'openid email',
      oidc_issuer: server.issuer,
      ...details,
    };
    const record = { name: 'CorpOkta', type: 'OIDC', details: given };
    const complete = await completeDetails(record, environment);
    return {
      record: { ...record, details: complete },
      environment,
      server,
      subjects: { maria: '10157003', otto: '10157004' },
      attributes: {
        email: 'maria@example.com',
        email_verified: 'true',
        only_id_token: 'yes',
        only_userinfo: 'yes',
      },
      called: ['/token', '/jwks', '/userinfo'],
    };
  };
  codeContract(name, open, true);
}

contract('OIDC, RS256', {});
contract(
  'OIDC, ES256, PKCE, names itself, POST user info',
  {
    alg: 'ES256',
    discovery: {
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
    },
  },
  { attributes_request_method: 'POST' },
);
contract('OIDC, EdDSA', { alg: 'EdDSA' });

codeContract(
  'OIDC, a bare oidc-provider',
  async () => {
    const environment = openEnvironment();
    const client = { id: 'rp1', secret: 'secret', callbackUrl: CALLBACK };
    const server = await openOidcProvider(client);
    const given = {
      client_id: client.id,
      client_secret: client.secret,
      authorize_scopes: 'openid email profile',
      oidc_issuer: server.base,
    };
    const record = { name: 'CorpOkta', type: 'OIDC', details: given };
    return {
      record: { ...record, details: await completeDetails(record, environment) },
      environment,
      server,
      subjects: { maria: 'maria', otto: 'otto' },
      attributes: { email: 'maria@example.com', email_verified: 'true', name: 'Maria Ruiz' },
      called: ['/token', '/jwks', '/me'],
    };
  },
  true,
);
