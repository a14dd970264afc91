/** The verifier that the service's own documentation names, `aws-jwt-verify`: it fetches keys by https and by nothing else. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { CognitoJwtVerifier, JwtRsaVerifier } from 'aws-jwt-verify';
import { SimpleFetcher } from 'aws-jwt-verify/https';
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';
import { openHttpSession } from '../http-session.ts';
import { callbackOf, openSignIn, PASSWORD } from '../person.ts';
import { STORY, storyPool } from '../story-pool.ts';
import { lookup } from './client.ts';
import { AUTHORITY, ID_HOST, issue, startTls, type TlsFoyer, write } from './start-tls.ts';

const COGNITO = 'https://cognito-idp.{region}.amazonaws.com';
const users = [
  {
    username: 'mina@example.com',
    password: PASSWORD,
    attributes: { email: 'mina@example.com', email_verified: 'true' },
  },
];

/** The verifier's own way to the keys, with our authority and our idea of DNS. */
const jwksCache = () =>
  new SimpleJwksCache({
    fetcher: new SimpleFetcher({ defaultRequestOptions: { ca: AUTHORITY, lookup } }),
  });

async function tokensOf(tls: TlsFoyer): Promise<{ id_token: string; access_token: string }> {
  const hosted = `${tls.at(ID_HOST)}/${STORY.domain}`;
  const session = openHttpSession(tls.client.fetch);
  const form = await openSignIn(session, hosted);
  const page = await session.follow(
    await session.submit(form, { username: 'mina@example.com', password: PASSWORD }),
    hosted,
  );
  const answer = await tls.client.fetch(`${hosted}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: STORY.publicClient,
      redirect_uri: STORY.callback,
      code: callbackOf(page).get('code') ?? '',
    }),
  });
  return (await answer.json()) as { id_token: string; access_token: string };
}

let files: { chain: string; key: string };
before(() => {
  files = write('verifiers', issue([ID_HOST]));
});

test('HUI-05 aws-jwt-verify fetches our keys over https and accepts our tokens', async () => {
  const tls = await startTls(files, { poolFile: storyPool({ users }) });
  const { id_token, access_token } = await tokensOf(tls);
  const issuer = `${tls.at(ID_HOST)}/${STORY.poolId}`;
  const verifier = JwtRsaVerifier.create(
    { issuer, audience: STORY.publicClient, jwksUri: `${issuer}/.well-known/jwks.json` },
    { jwksCache: jwksCache() },
  );
  const claims = await verifier.verify(id_token);
  assert.equal(claims['email'], 'mina@example.com');
  // Access tokens name their client in another claim.
  const forAccess = JwtRsaVerifier.create({ issuer, audience: null }, { jwksCache: jwksCache() });
  assert.equal((await forAccess.verify(access_token))['client_id'], STORY.publicClient);
  const [head = '', body = '', signature = ''] = id_token.split('.');
  const forged = `${head}.${body}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
  await assert.rejects(verifier.verify(forged), /signature/i);
});

test('with FOYER_ISSUER in the form of the service its own verifier accepts our tokens, with our keys', async () => {
  const tls = await startTls(files, {
    poolFile: storyPool({ users }),
    env: { FOYER_ISSUER: COGNITO },
  });
  const { id_token, access_token } = await tokensOf(tls);
  const keys = await tls.client.fetch(`${tls.at(ID_HOST)}/${STORY.poolId}/.well-known/jwks.json`);
  const verifier = CognitoJwtVerifier.create({
    userPoolId: STORY.poolId,
    clientId: STORY.publicClient,
    tokenUse: null,
  });
  verifier.cacheJwks((await keys.json()) as Parameters<typeof verifier.cacheJwks>[0]);
  assert.equal(
    (await verifier.verify(id_token)).iss,
    `${COGNITO.replace('{region}', 'us-east-1')}/${STORY.poolId}`,
  );
  assert.equal(
    (await verifier.verify(access_token, { tokenUse: 'access', clientId: STORY.publicClient })).token_use,
    'access',
  );
  await assert.rejects(
    verifier.verify(access_token, { tokenUse: 'id', clientId: STORY.publicClient }),
    /token use/i,
  );
  await assert.rejects(verifier.verify(id_token, { tokenUse: 'id', clientId: 'another' }), /client/i);
});
