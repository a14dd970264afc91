import { codeServer } from './code-server.ts';
import { type LocalVendor, openVendor } from './local-vendor.ts';
import { fullName, person } from './people.ts';

/** Discord's OAuth2 and its user object, after discord.com/developers. */
export function openDiscord(app: { id: string; secret: string; callbackUrl: string }): Promise<LocalVendor> {
  return openVendor(() => {
    const codes = codeServer({
      clientId: app.id,
      callbackUrl: app.callbackUrl,
      proven: ({ parameters }) =>
        parameters.get('client_id') === app.id && parameters.get('client_secret') === app.secret,
    });
    return {
      '/oauth2/authorize': codes.authorize,
      '/api/oauth2/token'({ form, headers }) {
        const done = codes.exchange(form, headers);
        if (!('grant' in done)) return done;
        const { grant, accessToken } = done;
        return {
          json: { token_type: 'Bearer', access_token: accessToken, expires_in: 604800, scope: grant.scope },
        };
      },
      '/api/users/@me'({ headers }) {
        const grant = codes.holder(headers);
        if (!grant) return { status: 401, json: { message: '401: Unauthorized', code: 0 } };
        const who = person(grant.who);
        const { id, email, verified } = who;
        const plain = {
          id,
          username: grant.who,
          discriminator: '0',
          global_name: fullName(who),
          avatar: 'a1b2',
        };
        return { json: grant.scope.includes('email') ? { ...plain, email, verified } : plain };
      },
    };
  });
}
