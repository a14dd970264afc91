import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OpenIdClientSettings } from '#adapters/directory/records.ts';
import { type ClientAround, openIdClientFault } from './client-metadata-rules.ts';
import { CLIENT_FEATURES, type Feature } from './features.ts';

const SECRET = 'a secret of at least 32 characters';
const jwks_uri = 'https://app.example/jwks';
const jwks: OpenIdClientSettings['jwks'] = { keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'x' }] };

interface Given extends Partial<Omit<ClientAround, 'features'>> {
  features?: Feature[];
}

function faultOf(settings: OpenIdClientSettings, { features = [], secret, callbackUrls = [] }: Given = {}) {
  return openIdClientFault(settings, { features: new Set(features), secret, callbackUrls });
}
const fine = (settings: OpenIdClientSettings, around?: Given) =>
  assert.equal(faultOf(settings, around), undefined);
const fault = (settings: OpenIdClientSettings, text: string, around?: Given) =>
  assert.equal(faultOf(settings, around), `OpenId.${text}`);

test('a client without settings is fine, with a secret or without', () => {
  fine({});
  fine({}, { secret: SECRET });
});

test('how a client authenticates goes with whether it has a secret', () => {
  fine({ token_endpoint_auth_method: 'none' });
  fault(
    { token_endpoint_auth_method: 'none' },
    'token_endpoint_auth_method: none is for clients without a secret.',
    { secret: SECRET },
  );
  for (const token_endpoint_auth_method of ['client_secret_basic', 'client_secret_post'] as const) {
    fine({ token_endpoint_auth_method }, { secret: 'short' });
    fault(
      { token_endpoint_auth_method },
      `token_endpoint_auth_method: ${token_endpoint_auth_method} is for clients with a secret.`,
    );
  }
});

test('a client that signs needs the feature, and what it signs with', () => {
  const byKey = { token_endpoint_auth_method: 'private_key_jwt' } as const;
  const bySecret = { token_endpoint_auth_method: 'client_secret_jwt' } as const;
  const features: Feature[] = ['jwt-client-auth'];
  for (const secret of [undefined, SECRET]) {
    fine({ ...byKey, jwks_uri }, { features, secret });
    fine({ ...byKey, jwks, features: ['jwt-client-auth'] }, { secret });
  }
  const needs = 'private_key_jwt needs the';
  fault({ ...byKey, jwks }, `token_endpoint_auth_method: ${needs} feature jwt-client-auth.`);
  fault(byKey, `token_endpoint_auth_method: ${needs} keys of the client: jwks or jwks_uri.`, { features });
  fine(bySecret, { features, secret: SECRET });
  fault(bySecret, 'token_endpoint_auth_method: client_secret_jwt needs the feature jwt-client-auth.', {
    secret: SECRET,
  });
  fault(bySecret, 'token_endpoint_auth_method: client_secret_jwt is for clients with a secret.', {
    features,
  });
  fault(bySecret, 'token_endpoint_auth_method: client_secret_jwt needs a secret of at least 32 bytes.', {
    features,
    secret: 'guessable',
  });
});

test('keys are in one place', () => {
  fine({ jwks });
  fine({ jwks_uri });
  fault({ jwks, jwks_uri }, 'jwks_uri: cannot be given beside jwks; keys are in one place.');
});

test('the algorithm of a client goes with its method', () => {
  const features: Feature[] = ['jwt-client-auth'];
  const byKey = { token_endpoint_auth_method: 'private_key_jwt', jwks } as const;
  fine({ ...byKey, token_endpoint_auth_signing_alg: 'ES256' }, { features });
  fine(
    { token_endpoint_auth_method: 'client_secret_jwt', token_endpoint_auth_signing_alg: 'HS256' },
    { features, secret: SECRET },
  );
  for (const settings of [
    { ...byKey, token_endpoint_auth_signing_alg: 'HS256' },
    { token_endpoint_auth_method: 'client_secret_jwt', token_endpoint_auth_signing_alg: 'RS256' },
    { token_endpoint_auth_method: 'client_secret_basic', token_endpoint_auth_signing_alg: 'HS256' },
    { token_endpoint_auth_signing_alg: 'RS256' },
  ] as const)
    assert.match(
      faultOf(settings, { features, secret: SECRET }) ?? '',
      /^OpenId\.token_endpoint_auth_signing_alg: \w+ does not go with the token_endpoint_auth_method\.$/,
    );
});

test('request objects can be verified with something that the client has', () => {
  fine({ request_object_signing_alg: 'RS256', jwks });
  fine({ request_object_signing_alg: 'HS256' }, { secret: SECRET });
  fine({ require_signed_request_object: true, jwks_uri });
  fine({ require_signed_request_object: true }, { secret: SECRET });
  fine({ require_signed_request_object: false });
  fault(
    { request_object_signing_alg: 'RS256' },
    'request_object_signing_alg: RS256 needs jwks or jwks_uri.',
    {
      secret: SECRET,
    },
  );
  const bytes = 'a secret of at least 32 bytes.';
  fault({ request_object_signing_alg: 'HS256', jwks }, `request_object_signing_alg: HS256 needs ${bytes}`);
  for (const secret of [undefined, 'short'])
    fault(
      { require_signed_request_object: true },
      `require_signed_request_object: needs jwks, jwks_uri or ${bytes}`,
      { secret },
    );
});

test('a switch needs its feature, of the pool or the client’s own; switched off it needs none', () => {
  const switches: [OpenIdClientSettings, Feature][] = [
    [{ require_pushed_authorization_requests: true }, 'par'],
    [{ dpop_bound_access_tokens: true }, 'dpop'],
    [{ token_exchange_audiences: ['another'] }, 'token-exchange'],
  ];
  for (const [settings, feature] of switches) {
    fault(settings, `${Object.keys(settings)[0]}: needs the feature ${feature}.`, { features: ['device'] });
    fine(settings, { features: [feature] });
    assert.equal(
      faultOf({ ...settings, features: CLIENT_FEATURES.filter((one) => one === feature) }),
      undefined,
    );
  }
  fine({ token_exchange_audiences: [] });
  fine({ require_pushed_authorization_requests: false, dpop_bound_access_tokens: false });
});

test('logout goes to the application itself, and a session is named only where there is somebody to tell', () => {
  const callbackUrls = ['myapp:/x', 'https://app.example:8443/callback'];
  fine({ frontchannel_logout_uri: 'https://app.example:8443/bye?x' }, { callbackUrls });
  for (const frontchannel_logout_uri of [
    'https://app.example/bye',
    'http://app.example:8443/bye',
    'https://other.example:8443/bye',
  ])
    fault(
      { frontchannel_logout_uri },
      'frontchannel_logout_uri: must have scheme, host and port of one of the CallbackURLs.',
      { callbackUrls },
    );
  fine({ backchannel_logout_uri: 'https://elsewhere.example/', backchannel_logout_session_required: true });
  fine({ backchannel_logout_session_required: false, frontchannel_logout_session_required: false });
  fault(
    { backchannel_logout_session_required: true },
    'backchannel_logout_session_required: needs a backchannel_logout_uri.',
  );
  fault(
    { frontchannel_logout_session_required: true },
    'frontchannel_logout_session_required: needs a frontchannel_logout_uri.',
  );
});
