import { createHmac } from 'node:crypto';
import { codeServer } from './code-server.ts';
import { type LocalVendor, openVendor, type Reply } from './local-vendor.ts';
import { fullName, person } from './people.ts';

/** Facebook Login and the part of the Graph API that says who somebody is, after developers.facebook.com. */
export function openFacebook(app: { id: string; secret: string; callbackUrl: string }): Promise<LocalVendor> {
  const error = (message: string, code: number): Reply => ({
    status: 400,
    json: { error: { message, type: 'OAuthException', code, fbtrace_id: 'A1' } },
  });
  return openVendor(() => {
    const codes = codeServer({
      clientId: app.id,
      callbackUrl: app.callbackUrl,
      proven: ({ parameters }) =>
        parameters.get('client_id') === app.id && parameters.get('client_secret') === app.secret,
    });
    return {
      '/v17.0/dialog/oauth': (seen) =>
        /\s/.test(seen.query.get('scope') ?? '') ? error('Invalid Scopes', 100) : codes.authorize(seen),
      '/v17.0/oauth/access_token'({ method, query, headers }) {
        if (method !== 'GET') return error('Unsupported post request', 100);
        const done = codes.exchange(query, headers);
        if (!('grant' in done)) return error('This authorization code has been used.', 100);
        return { json: { access_token: done.accessToken, token_type: 'bearer', expires_in: 5183944 } };
      },
      '/v17.0/me'({ query, headers }) {
        const grant = codes.holder(headers);
        if (!grant) return error('Invalid OAuth access token.', 190);
        const token = String(headers.authorization).replace('Bearer ', '');
        const proof = createHmac('sha256', app.secret).update(token).digest('hex');
        if (query.get('appsecret_proof') !== proof)
          return error('Invalid appsecret_proof provided in the API argument', 100);
        const who = person(grant.who);
        const known: Record<string, unknown> = {
          id: who.id,
          name: fullName(who),
          first_name: who.givenName,
          last_name: who.familyName,
          email: who.email,
          picture: {
            data: { height: 50, is_silhouette: false, url: 'https://cdn.example.com/p.jpg', width: 50 },
          },
        };
        const fields = (query.get('fields') ?? '').split(',');
        const foreign = fields.find((field) => !(field in known));
        if (foreign !== undefined) return error(`Tried accessing nonexisting field (${foreign})`, 100);
        return { json: Object.fromEntries(fields.map((field) => [field, known[field]])) };
      },
    };
  });
}
