import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClientSettings, OpenIdClientSettings } from '#adapters/directory/records.ts';
import { FEATURES, featuresOf, openIdSettingsOf, poolFeatures } from './features.ts';
import { profileOf } from './profile.ts';

const pool = (profile?: string, features?: string) => ({
  tags: {
    ...(profile !== undefined && { 'foyer:profile': profile }),
    ...(features !== undefined && { 'foyer:oauth-features': features }),
  },
});
const client = (OpenId?: OpenIdClientSettings) => ({ settings: { OpenId } as ClientSettings });

test('a pool is in the cognito profile unless its tag says openid', () => {
  assert.equal(profileOf(pool()), 'cognito');
  assert.equal(profileOf(pool('cognito')), 'cognito');
  assert.equal(profileOf(pool('OpenID')), 'cognito');
  assert.equal(profileOf(pool('openid')), 'openid');
});

test('a client has the features of its pool and its own', () => {
  const own = client({ features: ['dpop', 'par'] });
  assert.deepEqual([...featuresOf(pool('openid'), client())], []);
  assert.deepEqual([...featuresOf(pool('openid', ''), own)].toSorted(), ['dpop', 'par']);
  assert.deepEqual([...featuresOf(pool('openid', 'par device'), own)].toSorted(), ['device', 'dpop', 'par']);
  assert.deepEqual([...poolFeatures(pool('openid', FEATURES.join(' ')))], [...FEATURES]);
  assert.equal(featuresOf(pool('openid', 'registration'), client()).has('registration'), true);
});

test('in the cognito profile nothing is on and nothing is read, whatever pool and client have kept', () => {
  const own = client({ features: ['dpop'], token_endpoint_auth_method: 'none' });
  for (const cognito of [pool(undefined, 'par'), pool('cognito', 'par')]) {
    assert.equal(poolFeatures(cognito).size, 0);
    assert.equal(featuresOf(cognito, own).size, 0);
    assert.deepEqual(openIdSettingsOf(cognito, own), {});
  }
  assert.deepEqual(openIdSettingsOf(pool('openid'), own), own.settings.OpenId);
  assert.deepEqual(openIdSettingsOf(pool('openid'), client()), {});
});
