import { oauth2Preset } from '../oauth2/preset.ts';

/**
 * Discord, by `oidc_issuer` https://discord.com and scopes `identify email`.
 * discord.com/developers/docs/topics/oauth2
 */
export const discord = oauth2Preset({
  name: 'Discord',
  issuer: 'https://discord.com',
  authorize_url: 'https://discord.com/oauth2/authorize',
  token_url: 'https://discord.com/api/oauth2/token',
  attributes_url: 'https://discord.com/api/users/@me',
  namesItself: true,
  async person(ask, url) {
    const { id, username, global_name: name, avatar, email, verified, locale } = await ask(url);
    const picture = avatar ? `https://cdn.discordapp.com/avatars/${id}/${avatar}.png` : undefined;
    const person = { sub: id, preferred_username: username, name: name ?? username, picture, locale };
    return { ...person, email, email_verified: verified === true };
  },
});
