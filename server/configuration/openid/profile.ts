/**
 * The `openid` profile of a pool: which profile a pool has, what it and its clients are allowed beyond the plain
 * protocols, and what the settings of a client may say. Neighbours: `tags.ts` checks the tags that carry it, the pool
 * file and dynamic registration write it, the OAuth endpoints read it. Never: answers a request, or changes anything
 * of a pool in the `cognito` profile.
 */
import type { Pool } from '../../pool.ts';

/** The tag that says how a pool answers where Cognito and the OpenID specifications differ. */
export const PROFILE_TAG = 'foyer:profile';

export const PROFILES = ['cognito', 'openid'] as const;
export type Profile = (typeof PROFILES)[number];

/** `cognito` unless the tag says `openid`. */
export function profileOf({ tags }: Pick<Pool, 'tags'>): Profile {
  return tags[PROFILE_TAG] === 'openid' ? 'openid' : 'cognito';
}
