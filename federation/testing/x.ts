import { codeServer } from './code-server.ts';
import { type LocalVendor, openVendor } from './local-vendor.ts';
import { fullName, person } from './people.ts';

/** OAuth 2.0 of X for confidential clients, and users/me, after docs.x.com. */
export function openX(app: { id: string; secret: string; callbackUrl: string }): Promise<LocalVendor> {
  return openVendor(() => {
    const codes = codeServer({
      clientId: app.id,
      callbackUrl: app.callbackUrl,
      pkceRequired: true,
      proven({ headers }) {
        const [, given = ''] = /^Basic (.*)$/.exec(headers.authorization ?? '') ?? [];
        const [id, secret] = Buffer.from(given, 'base64').toString().split(':').map(decodeURIComponent);
        return id === app.id && secret === app.secret;
      },
    });
    return {
      '/i/oauth2/authorize': codes.authorize,
      '/2/oauth2/token'({ form, headers }) {
        const done = codes.exchange(form, headers);
        if (!('grant' in done)) return done;
        return {
          json: {
            token_type: 'bearer',
            expires_in: 7200,
            access_token: done.accessToken,
            scope: done.grant.scope,
          },
        };
      },
      '/2/users/me'({ headers, query }) {
        const grant = codes.holder(headers);
        if (!grant)
          return { status: 401, json: { title: 'Unauthorized', status: 401, detail: 'Unauthorized' } };
        const who = person(grant.who);
        const data: Record<string, unknown> = { id: who.id, name: fullName(who), username: grant.who };
        const fields = (query.get('user.fields') ?? '').split(',');
        if (fields.includes('profile_image_url')) data['profile_image_url'] = 'https://pbs.example.com/1.jpg';
        const allowed = grant.scope.split(' ').includes('users.email');
        if (fields.includes('confirmed_email') && allowed && who.verified)
          data['confirmed_email'] = who.email;
        return { json: { data } };
      },
    };
  });
}
