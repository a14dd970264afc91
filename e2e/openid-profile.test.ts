/** The openid profile of a pool, switched on and off in running processes, and its clients in the pool file. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import {
  CognitoIdentityProviderClient,
  DescribeUserPoolClientCommand,
  TagResourceCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { hostedAt } from './person.ts';
import { soon } from './soon.ts';
import { type Foyer, startFoyer } from './start.ts';
import { STORY, storyPool } from './story-pool.ts';

const clientOf = (foyer: Foyer) =>
  new CognitoIdentityProviderClient({
    region: 'us-east-1',
    endpoint: foyer.url,
    credentials: { accessKeyId: foyer.accessKeyId, secretAccessKey: foyer.secretAccessKey },
  });

/** The story's pool, with other members of its settings, and with more for its confidential client. */
function storyWith(settings: object, more: object) {
  const file = storyPool();
  const [pool] = file.pools;
  const web = pool?.clients.find(({ id }) => id === STORY.webClient);
  assert.ok(pool && web);
  Object.assign(pool.settings, settings);
  Object.assign(web, more);
  return file;
}

/** What a wrong secret is answered: 400 as Cognito has it, 401 as RFC 6749 section 5.2 has it. */
async function wrongSecret(foyer: Foyer): Promise<number> {
  const answer = await fetch(`${hostedAt(foyer)}/oauth2/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${STORY.webClient}:wrong`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'authorization_code', code: 'x', redirect_uri: STORY.callback }),
  });
  return answer.status;
}

test('a tag that one process was given changes the profile in every other soon, and back', async () => {
  const first = await startFoyer({ poolFile: storyPool() });
  const second = await startFoyer({ beside: first });
  assert.equal(await wrongSecret(second), 400);
  const ResourceArn = `arn:aws:cognito-idp:us-east-1:000000000000:userpool/${STORY.poolId}`;
  for (const [profile, status] of [
    ['openid', 401],
    ['cognito', 400],
  ] as const) {
    await clientOf(first).send(new TagResourceCommand({ ResourceArn, Tags: { 'foyer:profile': profile } }));
    assert.equal(await wrongSecret(first), status);
    await soon(profile, async () => (await wrongSecret(second)) === status);
  }
});

test('a start that finds its clients as the file has them writes none of them, with keys and lists too', async () => {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const file = storyWith(
    { UserPoolTags: { 'foyer:profile': 'openid', 'foyer:oauth-features': 'par' } },
    {
      OpenId: {
        features: ['jwt-client-auth'],
        token_endpoint_auth_method: 'private_key_jwt',
        jwks: { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one' }] },
        default_max_age: 3600,
        consent: false,
      },
    },
  );
  const foyer = await startFoyer({ poolFile: file });
  const ids = { UserPoolId: STORY.poolId, ClientId: STORY.webClient };
  const described = async () =>
    (await clientOf(foyer).send(new DescribeUserPoolClientCommand(ids))).UserPoolClient;
  const before = await described();
  await foyer.restart();
  assert.deepEqual(await described(), before);
});
