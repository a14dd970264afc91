/** What administrators of pools may not make the server call. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CreateIdentityProviderCommand } from '@aws-sdk/client-cognito-identity-provider';
import { openFederation } from '../federation-stage.ts';
import { startFoyer } from '../start.ts';
import { STORY, storyPool } from '../story-pool.ts';

const inStory = { UserPoolId: STORY.poolId };

test('ATK-48 ATK-49 discovery and endpoints reach no private address that the operator does not allow', async () => {
  const strict = await startFoyer({
    poolFile: storyPool(),
    env: { FOYER_OUTGOING_ALLOW: '203.0.113.77' },
  });
  const { accessKeyId, secretAccessKey } = strict;
  const there = await openFederation({ ...strict, accessKeyId, secretAccessKey });
  const create = (details: Record<string, string>) =>
    there.sdk.send(
      new CreateIdentityProviderCommand({
        ...inStory,
        ProviderName: 'Inside',
        ProviderType: 'OIDC',
        ProviderDetails: { ...there.partner.details, ...details },
      }),
    );
  for (const host of [
    'localhost:9400',
    '127.0.0.1',
    '169.254.169.254',
    '10.0.0.1',
    '[::1]',
    '[::ffff:10.0.0.1]',
    '2130706433',
  ])
    for (const scheme of ['http', 'https'])
      await assert.rejects(
        create({ oidc_issuer: `${scheme}://${host}` }),
        { name: 'InvalidParameterException' },
        `${scheme}://${host}`,
      );
  const endpoints = {
    oidc_issuer: 'https://idp.example.com',
    authorize_url: 'https://idp.example.com/a',
    token_url: 'https://idp.example.com/t',
    attributes_url: 'https://idp.example.com/u',
    jwks_uri: 'https://idp.example.com/k',
  };
  for (const name of ['token_url', 'attributes_url', 'jwks_uri'])
    await assert.rejects(
      create({ ...endpoints, [name]: 'https://169.254.169.254/latest/meta-data' }),
      { name: 'InvalidParameterException' },
      name,
    );
  await create(endpoints);
});
