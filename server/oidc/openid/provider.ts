/** One instance of the library for one address of a pool of the `openid` profile. */
import type Provider from 'oidc-provider';
import type { Client as LibraryClient } from 'oidc-provider';
import { openIdSettingsOf } from '../../configuration/openid/features.ts';
import type { Pool } from '../../pool.ts';
import { readIdTokenHint } from '../../tokens/id-token-hint.ts';
import type { Address, Cookies } from '../cookies.ts';
import { clientOf } from '../library-client.ts';
import { logFaults, signInPageAt, trustRegistration } from '../provider.ts';
import { makeAccessTokensOurs } from './access-tokens.ts';
import { OpenIdProvider } from './answer-form.ts';
import { signBySecondSecret } from './client-assertions.ts';
import { openIdConfiguration } from './configuration.ts';
import { keepToTheLetter } from './keep-to-the-letter.ts';
import { noteOnce } from './proofs.ts';
import { refuseSwitchedOff } from './refuse-switched-off.ts';
import { registerTokenExchange } from './token-exchange/exchange-token.ts';

export function openOpenIdProvider(pool: Pool, address: Address, cookies: Cookies): Provider {
  const provider = new OpenIdProvider(pool.issuer, openIdConfiguration(pool, cookies, signInPageAt(address)));
  trustRegistration(provider);
  keepToTheLetter(provider);
  makeAccessTokensOurs(provider, pool);
  registerTokenExchange(provider, pool);
  refuseSwitchedOff(provider, pool);
  signBySecondSecret(provider);
  const { ReplayDetection, IdToken } = provider as unknown as {
    ReplayDetection: { unique: unknown };
    IdToken: { validate: unknown };
  };
  ReplayDetection.unique = noteOnce(pool);
  // The library knows the key that signs now; a hint may be older.
  IdToken.validate = async (hint: string, client: LibraryClient) => {
    const read = await readIdTokenHint(pool, hint);
    if (read?.clientId !== client.clientId) throw new Error('not an ID token of this pool and client');
    return { header: {}, payload: { sub: read.sub, aud: read.clientId } };
  };
  // Both ways of being told that a session ended may ask to be told which.
  provider.Client.prototype.includeSid = function includeSid(this: LibraryClient) {
    const own = openIdSettingsOf(pool, clientOf(pool, this));
    return Boolean(
      (own.backchannel_logout_uri && own.backchannel_logout_session_required) ||
        (own.frontchannel_logout_uri && own.frontchannel_logout_session_required),
    );
  };
  logFaults(provider, pool);
  return provider;
}
