/** One instance of the library for one address of a pool of the `openid` profile. */
import type Provider from 'oidc-provider';
import type { Client as LibraryClient } from 'oidc-provider';
import { openIdSettingsOf } from '../../configuration/openid/features.ts';
import type { Pool } from '../../pool.ts';
import type { Address, Cookies } from '../cookies.ts';
import { clientOf } from '../library-client.ts';
import { listen, signInPageAt, trustRegistration } from '../provider.ts';
import { makeAccessTokensOurs } from './access-tokens.ts';
import { OpenIdProvider } from './answer-form.ts';
import { signBySecondSecret } from './client-assertions.ts';
import { openIdConfiguration } from './configuration.ts';
import { makeIdTokensOurs } from './id-tokens.ts';
import { keepToTheLetter } from './keep-to-the-letter.ts';
import { noteOnce } from './proofs.ts';
import { refuseSwitchedOff } from './refuse-switched-off.ts';
import { nameSessions } from './session-ids.ts';
import { registerTokenExchange } from './token-exchange/exchange-token.ts';

export function openOpenIdProvider(pool: Pool, address: Address, cookies: Cookies): Provider {
  const provider = new OpenIdProvider(pool.issuer, openIdConfiguration(pool, cookies, signInPageAt(address)));
  trustRegistration(provider, pool);
  keepToTheLetter(provider);
  makeAccessTokensOurs(provider, pool);
  makeIdTokensOurs(provider, pool);
  nameSessions(provider);
  registerTokenExchange(provider, pool);
  refuseSwitchedOff(provider, pool);
  signBySecondSecret(provider);
  const { ReplayDetection } = provider as unknown as { ReplayDetection: { unique: unknown } };
  ReplayDetection.unique = noteOnce(pool);
  // Both ways of being told that a session ended may ask to be told which.
  provider.Client.prototype.includeSid = function includeSid(this: LibraryClient) {
    const own = openIdSettingsOf(pool, clientOf(pool, this));
    return Boolean(
      (own.backchannel_logout_uri && own.backchannel_logout_session_required) ||
        (own.frontchannel_logout_uri && own.frontchannel_logout_session_required),
    );
  };
  listen(provider, pool);
  return provider;
}
