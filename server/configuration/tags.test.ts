import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Tags, tagsFault } from './tags.ts';

const openid = (features: string) => ({ 'foyer:profile': 'openid', 'foyer:oauth-features': features });

test('a pool is of one of two profiles', () => {
  assert.equal(tagsFault({ 'foyer:profile': 'cognito' }), undefined);
  assert.equal(tagsFault({ 'foyer:profile': 'openid' }), undefined);
  for (const profile of ['', 'OpenID', 'openid ', 'oidc'])
    assert.match(tagsFault({ 'foyer:profile': profile }) ?? '', /: it is cognito or openid\.$/, profile);
});

test('features are names that are known, one space between them, none twice', () => {
  for (const features of [
    '',
    'par',
    'par dpop jwt-client-auth resource-indicators device token-exchange registration',
  ])
    assert.equal(tagsFault(openid(features)), undefined, features);
  for (const features of [
    ' ',
    'par ',
    'par  dpop',
    'par+dpop',
    'PAR',
    'par dpop par',
    'constructor',
    'implicit',
  ])
    assert.match(tagsFault(openid(features)) ?? '', /^The tag foyer:oauth-features cannot be /, features);
});

test('without the openid profile there is no list of features, not even an empty one', () => {
  const cognito: Tags[] = [{}, { 'foyer:profile': 'cognito' }];
  for (const profile of cognito)
    for (const features of ['', 'par']) {
      const tags = { ...profile, 'foyer:oauth-features': features };
      assert.match(tagsFault(tags) ?? '', /is for pools whose tag foyer:profile is openid/);
    }
  assert.match(tagsFault({ 'foyer:oauth-features': 'par' }, openid('par')) ?? '', /foyer:profile is openid/);
});
