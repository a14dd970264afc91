/** The story's pool with another pool as its provider, and what is looked at once somebody has come through it. */
import assert from 'node:assert/strict';
import { AdminGetUserCommand } from '@aws-sdk/client-cognito-identity-provider';
import { decodeJwt } from 'jose';
import { openFederation } from './federation-stage.ts';
import type { Page } from './http-session.ts';
import { callbackOf, redeem } from './person.ts';
import { startFoyer } from './start.ts';
import { STORY, storyPool } from './story-pool.ts';

export const inStory = { UserPoolId: STORY.poolId };
export const named = (Username: string) => ({ ...inStory, Username });

/** The application hears that nobody signed in; gives the description. */
export const refused = (page: Page, error: string): string => {
  const answer = callbackOf(page);
  assert.equal(answer.get('error'), error, page.location);
  assert.equal(answer.get('state'), 'a state');
  assert.equal(answer.get('code'), null);
  return answer.get('error_description') ?? '';
};

export async function openPartnerStage() {
  const foyer = await startFoyer({ poolFile: storyPool() });
  const at = await openFederation(foyer);
  await at.add('Partner');
  await at.enable('COGNITO', 'Partner');
  return {
    foyer,
    at,

    /** What the application learns of the person who arrived. */
    async claimsOf(page: Page) {
      const code = callbackOf(page).get('code') ?? assert.fail(page.location);
      const { body } = await redeem(at.hosted, code);
      return {
        body,
        id: decodeJwt(body['id_token'] ?? ''),
        access: decodeJwt(body['access_token'] ?? ''),
      };
    },

    async userOf(Username: string) {
      const { UserAttributes = [], ...user } = await at.sdk.send(new AdminGetUserCommand(named(Username)));
      const attributes = Object.fromEntries(UserAttributes.map(({ Name, Value }) => [Name, Value]));
      return { ...user, attributes };
    },
  };
}
