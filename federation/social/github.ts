import { oauth2Preset } from '../oauth2/preset.ts';

/**
 * GitHub, by `oidc_issuer` https://github.com and scopes `read:user user:email`. The profile shows the address that a
 * person chose to publish; which of theirs is proven stands in a list of its own.
 * docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps
 */
export const github = oauth2Preset({
  name: 'GitHub',
  issuer: 'https://github.com',
  authorize_url: 'https://github.com/login/oauth/authorize',
  token_url: 'https://github.com/login/oauth/access_token',
  attributes_url: 'https://api.github.com/user',
  async person(ask, url) {
    const headers = { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' };
    const { id, login, name, avatar_url: picture, html_url: profile } = await ask(url, headers);
    // Without the scope user:email the list is refused, and the person has no address for us.
    const addresses = await ask.list(`${url}/emails`, headers);
    const primary = addresses.find((entry) => entry['primary'] === true);
    // `sub` is the number: a login can be given up and taken by somebody else.
    const person = { sub: id, preferred_username: login, name: name ?? login, picture, profile };
    return { ...person, email: primary?.['email'], email_verified: primary?.['verified'] === true };
  },
});
