/** Newer OAuth, each feature off until a tag of the pool or the client's own settings switch it on. */
import type { ClientFeature, OpenIdClientSettings } from '#adapters/directory/records.ts';
import type { Client, Pool } from '../../pool.ts';
import { profileOf } from './profile.ts';

/** The tag that gives features to all clients of a pool: their names, separated by a space. */
export const FEATURES_TAG = 'foyer:oauth-features';

/** Those that one client can be given; the record of the directory names the same. */
export const CLIENT_FEATURES = [
  'par',
  'dpop',
  'jwt-client-auth',
  'resource-indicators',
  'device',
  'token-exchange',
] as const satisfies readonly ClientFeature[];

/** `registration` makes clients, so it belongs to a pool and never to one of them. */
export const FEATURES = [...CLIENT_FEATURES, 'registration'] as const;

export type Feature = (typeof FEATURES)[number];

/** Whether a text is names of features with a space between them, none twice; the empty one is a list of none. */
export function isFeatureList(text: string): boolean {
  const names = text === '' ? [] : text.split(' ');
  const known: readonly string[] = FEATURES;
  return names.every((name) => known.includes(name)) && new Set(names).size === names.length;
}

/** What the pool has for all its clients; nothing in the `cognito` profile. */
export function poolFeatures(pool: Pick<Pool, 'tags'>): ReadonlySet<Feature> {
  if (profileOf(pool) !== 'openid') return new Set();
  const named = (pool.tags[FEATURES_TAG] ?? '').split(' ');
  return new Set(FEATURES.filter((feature) => named.includes(feature)));
}

/** What this client may use: the features of the pool and its own; nothing in the `cognito` profile. */
export function featuresOf(pool: Pick<Pool, 'tags'>, client: Pick<Client, 'settings'>): ReadonlySet<Feature> {
  let bySettings = made.get(pool.tags);
  if (!bySettings) {
    bySettings = new WeakMap();
    made.set(pool.tags, bySettings);
  }
  let features = bySettings.get(client.settings);
  if (!features) {
    features = new Set([...poolFeatures(pool), ...(openIdSettingsOf(pool, client).features ?? [])]);
    bySettings.set(client.settings, features);
  }
  return features;
}

/** By tags and settings: each request asks, and neither is ever changed in place. */
const made = new WeakMap<Pool['tags'], WeakMap<Client['settings'], ReadonlySet<Feature>>>();

/**
 * The client's own settings of the profile. Empty in the `cognito` profile, also for a client that kept some from the
 * time when its pool had the other one: read them from here, never from the record.
 */
export function openIdSettingsOf(
  pool: Pick<Pool, 'tags'>,
  { settings }: Pick<Client, 'settings'>,
): OpenIdClientSettings {
  return (profileOf(pool) === 'openid' && settings.OpenId) || {};
}
