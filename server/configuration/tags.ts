/**
 * Tags of a pool: what they may be, and the few with the prefix `foyer:` that mean something. Those carry what the
 * API has no member for, so that every tool that can tag can set it; the endpoints read them from `pool.tags`.
 */
import { FEATURES, FEATURES_TAG, isFeatureList } from './openid/features.ts';
import { PROFILE_TAG, PROFILES, profileOf } from './openid/profile.ts';
import { isPoolId } from './pool-ids.ts';

export type Tags = Record<string, string>;

/** Tags of one pool. */
const MOST_TAGS = 50;

const CHARACTERS = /^[\p{L}\p{M}\p{N} _.:/=+\-@]*$/u;

/** The tag that gives a new pool its id. */
export const ID_TAG = 'foyer:id';

/** What a tag of ours may say, and the same as a clause that follows "it is". */
interface Meaning {
  allows(value: string): boolean;
  is: string;
}

const oneOf = (...values: readonly string[]): Meaning => ({
  allows: (value) => values.includes(value),
  is: values.join(' or '),
});

const MEANINGS: ReadonlyMap<string, Meaning> = new Map([
  // How a pool answers where Cognito and the OpenID specifications differ.
  [PROFILE_TAG, oneOf(...PROFILES)],
  // What the pool's clients have of newer OAuth.
  [
    FEATURES_TAG,
    {
      allows: isFeatureList,
      is: `a list of features with one space between them, of ${FEATURES.join(', ')}`,
    },
  ],
  // What an authorize request with a bad scope is answered: `invalid_scope` (guide), or the live service's own form.
  ['foyer:scope-error', oneOf('guide', 'service')],
  // Which attributes an ID token carries: all that the client may read, or those of the scopes.
  ['foyer:id-token-claims', oneOf('all', 'scopes')],
  [ID_TAG, { allows: isPoolId, is: 'the id of a user pool' }],
]);

/**
 * Why a pool cannot have these tags, as a sentence; undefined when it can.
 * @param before the tags that it has, for what cannot change any more.
 */
export function tagsFault(tags: Tags, before?: Tags): string | undefined {
  const entries = Object.entries(tags);
  if (entries.length > MOST_TAGS) return `A user pool cannot have more than ${MOST_TAGS} tags.`;
  for (const [key, value] of entries) {
    const fault = tagFault(key, value);
    if (fault) return fault;
  }
  // Also when the profile is taken away: what a tag says must not lie dormant and come back with the next change.
  if (FEATURES_TAG in tags && profileOf({ tags }) !== 'openid')
    return `The tag ${FEATURES_TAG} is for pools whose tag ${PROFILE_TAG} is openid.`;
  if (before && before[ID_TAG] !== tags[ID_TAG])
    return `The tag ${ID_TAG} is given when a user pool is made and cannot change.`;
  return undefined;
}

function tagFault(key: string, value: string): string | undefined {
  if (key.length < 1 || [...key].length > 128) return 'A tag key must have 1 to 128 characters.';
  if ([...value].length > 256) return `The value of the tag ${key} must have at most 256 characters.`;
  if (!CHARACTERS.test(key) || !CHARACTERS.test(value))
    return 'Tags may have letters, digits, spaces and _ . : / = + - @ only.';
  if (/^aws:/i.test(key)) return 'Tag keys that begin with aws: are reserved.';
  if (!/^foyer:/i.test(key)) return undefined;
  const meaning = MEANINGS.get(key);
  if (!meaning)
    return `There is no tag ${key}. Tags with the prefix foyer: are ${[...MEANINGS.keys()].join(', ')}.`;
  return meaning.allows(value) ? undefined : `The tag ${key} cannot be ${value}: it is ${meaning.is}.`;
}
