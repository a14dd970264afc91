import { codeServer } from './code-server.ts';
import { type LocalVendor, openVendor, type Reply } from './local-vendor.ts';
import { fullName, person } from './people.ts';

/** GitHub's OAuth apps and the part of its REST API that says who somebody is, after docs.github.com. */
export function openGithub(app: { id: string; secret: string; callbackUrl: string }): Promise<LocalVendor> {
  return openVendor(() => {
    const codes = codeServer({
      clientId: app.id,
      callbackUrl: app.callbackUrl,
      proven: ({ parameters }) =>
        parameters.get('client_id') === app.id && parameters.get('client_secret') === app.secret,
    });
    const refused: Reply = { status: 401, json: { message: 'Bad credentials' } };
    return {
      '/login/oauth/authorize': codes.authorize,
      '/login/oauth/access_token'({ form, headers }) {
        const done = codes.exchange(form, headers);
        const json: Record<string, string> =
          'grant' in done
            ? { access_token: done.accessToken, scope: done.grant.scope, token_type: 'bearer' }
            : {
                error: 'bad_verification_code',
                error_description: 'The code passed is incorrect or expired.',
              };
        // Errors are of status 200, and JSON is given to those who ask for it.
        return headers.accept === 'application/json'
          ? { json }
          : { body: new URLSearchParams(json).toString() };
      },
      '/user'({ headers }) {
        const grant = codes.holder(headers);
        if (!grant) return refused;
        const who = person(grant.who);
        const plain = { login: grant.who, id: Number(who.id), name: fullName(who), email: null };
        return {
          json: { ...plain, avatar_url: 'https://avatars.example.com/1', html_url: 'https://github.com/x' },
        };
      },
      '/user/emails'({ headers }) {
        const grant = codes.holder(headers);
        if (!grant) return refused;
        if (!grant.scope.split(' ').includes('user:email'))
          return { status: 404, json: { message: 'Not Found' } };
        const { email, verified } = person(grant.who);
        const other = { email: 'other@example.com', verified: true, primary: false, visibility: null };
        return { json: [other, { email, verified, primary: true, visibility: 'private' }] };
      },
    };
  });
}
