import { oauth2Preset } from '../oauth2/preset.ts';
import type { Json } from '../read-answer.ts';

/**
 * X, by `oidc_issuer` https://x.com and scopes `users.read tweet.read` (and `users.email` for the address, which is
 * given only when it is confirmed). docs.x.com/resources/fundamentals/authentication/oauth-2-0/authorization-code
 */
export const x = oauth2Preset({
  name: 'X',
  issuer: 'https://x.com',
  authorize_url: 'https://x.com/i/oauth2/authorize',
  token_url: 'https://api.x.com/2/oauth2/token',
  attributes_url: 'https://api.x.com/2/users/me',
  basic: true,
  async person(ask, url) {
    const { data } = await ask(`${url}?user.fields=profile_image_url,confirmed_email`);
    const { id, name, username, profile_image_url: picture, confirmed_email: email } = (data ?? {}) as Json;
    return {
      sub: id,
      name,
      preferred_username: username,
      picture,
      email,
      email_verified: email ? true : undefined,
    };
  },
});
