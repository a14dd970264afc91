import { codeServer } from './code-server.ts';
import { type LocalVendor, openVendor } from './local-vendor.ts';
import { fullName, person } from './people.ts';

/** Login with Amazon, after developer.amazon.com. */
export function openAmazon(app: { id: string; secret: string; callbackUrl: string }): Promise<LocalVendor> {
  return openVendor(() => {
    const codes = codeServer({
      clientId: app.id,
      callbackUrl: app.callbackUrl,
      proven: ({ parameters }) =>
        parameters.get('client_id') === app.id && parameters.get('client_secret') === app.secret,
    });
    const account = (who: string) => `amzn1.account.${person(who).id}`;
    return {
      '/ap/oa': codes.authorize,
      '/auth/o2/token'({ form, headers }) {
        const done = codes.exchange(form, headers);
        if (!('grant' in done)) return done;
        return {
          json: {
            access_token: done.accessToken,
            token_type: 'bearer',
            expires_in: 3600,
            refresh_token: 'r',
          },
        };
      },
      '/auth/o2/tokeninfo'({ query }) {
        const grant = codes.holderOf(query.get('access_token') ?? '');
        if (!grant)
          return { status: 400, json: { error: 'invalid_token', error_description: 'The token is invalid' } };
        const info = {
          iss: 'https://www.amazon.com',
          aud: app.id,
          app_id: 'amzn1.application.1',
          exp: 3597,
          iat: 1,
        };
        return { json: { ...info, user_id: account(grant.who) } };
      },
      '/user/profile'({ headers }) {
        const grant = codes.holder(headers);
        if (!grant)
          return { status: 400, json: { error: 'invalid_token', error_description: 'The token is invalid' } };
        const who = person(grant.who);
        return {
          json: { user_id: account(grant.who), name: fullName(who), email: who.email, postal_code: '98101' },
        };
      },
    };
  });
}
