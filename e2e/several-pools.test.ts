import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  CreateUserPoolDomainCommand,
  DeleteUserPoolDomainCommand,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { openHttpSession } from './http-session.ts';
import { authorizeUrl, openSignIn } from './person.ts';
import { administratorOf } from './sdk-application.ts';
import { soon } from './soon.ts';
import { startFoyer } from './start.ts';
import { STORY, storyPool } from './story-pool.ts';

async function makePool(api: CognitoIdentityProviderClient, name: string) {
  const { UserPool } = await api.send(new CreateUserPoolCommand({ PoolName: name }));
  const { UserPoolClient } = await api.send(
    new CreateUserPoolClientCommand({
      UserPoolId: UserPool?.Id,
      ClientName: name,
      SupportedIdentityProviders: ['COGNITO'],
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: ['openid'],
      CallbackURLs: [STORY.callback],
    }),
  );
  return { poolId: UserPool?.Id ?? '', clientId: UserPoolClient?.ClientId ?? '' };
}

test('HUI-01 HUI-02 a pool works without a domain, and a domain makes its pages reachable at once', async () => {
  const foyer = await startFoyer();
  const api = administratorOf(foyer);
  const { poolId, clientId } = await makePool(api, 'First');
  const keys = await fetch(`${foyer.url}/${poolId}/.well-known/jwks.json`);
  assert.equal(keys.status, 200);
  const page = () => fetch(authorizeUrl(`${foyer.url}/first`, { client_id: clientId, scope: 'openid' }));
  assert.equal((await page()).status, 404);
  await api.send(new CreateUserPoolDomainCommand({ UserPoolId: poolId, Domain: 'first' }));
  const shown = await openSignIn(openHttpSession(), `${foyer.url}/first`, {
    client_id: clientId,
    scope: 'openid',
  });
  assert.equal(shown.status, 200);
  assert.match(shown.body, /<h1>Sign in<\/h1>/);
  for (const path of ['/oauth2/token', '/oauth2/userInfo', '/logout'])
    assert.notEqual((await fetch(`${foyer.url}/first${path}`)).status, 404, path);
  await api.send(new DeleteUserPoolDomainCommand({ UserPoolId: poolId, Domain: 'first' }));
  assert.equal((await page()).status, 404);
});

test('HUI-03 one pool refuses the client of another', async () => {
  const foyer = await startFoyer({ poolFile: storyPool() });
  const api = administratorOf(foyer);
  const other = await makePool(api, 'Other');
  await api.send(new CreateUserPoolDomainCommand({ UserPoolId: other.poolId, Domain: 'other' }));
  const session = openHttpSession();
  const answer = await session.get(authorizeUrl(`${foyer.url}/other`));
  assert.equal(answer.status, 302);
  assert.match(answer.location ?? '', /\/other\/error\?error=invalid_client/);
});

test('a change made in one process is followed by every other soon', async () => {
  const first = await startFoyer({ poolFile: storyPool() });
  const second = await startFoyer({ beside: first });
  const hosted = `${second.url}/${STORY.domain}`;
  const signInPage = async () => (await openSignIn(openHttpSession(), hosted)).body;
  assert.match(await signInPage(), /\/signup/);

  await administratorOf(first).send(
    new UpdateUserPoolCommand({
      UserPoolId: STORY.poolId,
      AutoVerifiedAttributes: ['email'],
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
    }),
  );
  await soon('the sign-up link is gone', async () => !/\/signup/.test(await signInPage()));

  await administratorOf(first).send(
    new DeleteUserPoolDomainCommand({ UserPoolId: STORY.poolId, Domain: STORY.domain }),
  );
  await soon('the domain is gone', async () => (await fetch(`${hosted}/login`)).status === 404);
});

test('HUI-03 with a suffix every pool answers at a host of its own', async () => {
  const foyer = await startFoyer({ poolFile: storyPool(), env: { FOYER_DOMAIN_SUFFIX: 'auth.test' } });
  // Names below auth.test resolve nowhere here, so the Host header alone says where the request goes.
  const port = new URL(foyer.url).port;
  const { request } = await import('node:http');
  const ask = (host: string) =>
    new Promise<{ status?: number; location?: string }>((resolve, reject) => {
      const { pathname, search } = new URL(authorizeUrl('http://x'));
      request({ host: '127.0.0.1', port, path: pathname + search, headers: { host } }, (answer) => {
        answer.resume();
        resolve({ status: answer.statusCode, location: answer.headers.location });
      })
        .on('error', reject)
        .end();
    });
  const own = `story.auth.us-east-1.auth.test:${port}`;
  const answer = await ask(own);
  assert.equal(answer.status, 302);
  assert.ok(answer.location?.startsWith(`http://${own}/login?`), answer.location);
  assert.equal((await ask(`story.auth.eu-west-1.auth.test:${port}`)).status, 404);
  assert.equal((await ask(`unknown.auth.us-east-1.auth.test:${port}`)).status, 404);
});
