import type { ClientSettings } from '#adapters/directory/records.ts';
import { invalidParameter } from '../../errors.ts';
import type { Tags } from '../tags.ts';
import { openIdClientFault } from './client-metadata-rules.ts';
import { poolFeatures } from './features.ts';
import { PROFILE_TAG, profileOf } from './profile.ts';

/**
 * Throws Refusal `invalid-parameter`, its text beginning with the field, when a client of a pool with these tags cannot
 * have the `OpenId` of these settings. Whoever changes `OpenId` calls it; who changes anything else does not, since a
 * feature that the pool has lost since must not stand in the way of the API, which cannot mend it.
 */
export function checkOpenIdSettings(
  { OpenId, CallbackURLs }: Pick<ClientSettings, 'OpenId' | 'CallbackURLs'>,
  pool: { tags: Tags },
  secret: string | undefined,
): void {
  if (OpenId === undefined) return;
  if (profileOf(pool) !== 'openid')
    throw invalidParameter(`OpenId: only clients of pools whose tag ${PROFILE_TAG} is openid can have it.`);
  const fault = openIdClientFault(OpenId, {
    features: poolFeatures(pool),
    secret,
    callbackUrls: CallbackURLs,
  });
  if (fault) throw invalidParameter(fault);
}
