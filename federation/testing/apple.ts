import { importSPKI, jwtVerify } from 'jose';
import { type OpenIdVendor, openOpenIdVendor } from './openid-vendor.ts';
import { person } from './people.ts';

export interface AppleOptions {
  clientId: string;
  teamId: string;
  keyId: string;
  /** PEM of the key that the team registered. */
  publicKey: string;
  callbackUrl: string;
  now: () => number;
}

/**
 * Sign in with Apple, after developer.apple.com: the client proves itself by a token of the team's key, the answer is
 * posted, and a person's name comes beside the code on their first visit and never again.
 */
export function openApple(options: AppleOptions): Promise<OpenIdVendor> {
  const { clientId, teamId, keyId, callbackUrl, now } = options;
  const known = new Set<string>();
  let base = '';
  const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');

  async function proven(parameters: URLSearchParams): Promise<boolean> {
    const key = await importSPKI(options.publicKey, 'ES256');
    const checks = {
      issuer: teamId,
      subject: clientId,
      audience: base,
      currentDate: new Date(now()),
      algorithms: ['ES256'],
    };
    const { protectedHeader, payload } = await jwtVerify(parameters.get('client_secret') ?? '', key, checks);
    const months = (payload.exp ?? 0) - (payload.iat ?? 0) <= 15777000;
    return parameters.get('client_id') === clientId && protectedHeader.kid === keyId && months;
  }

  const vendor = openOpenIdVendor({
    clientId,
    clientSecret: '',
    callbackUrl,
    now,
    always: true,
    proven: (parameters) => proven(parameters).catch(() => false),
    answer(callback, seen) {
      if (seen.query.get('response_mode') !== 'form_post')
        return { status: 400, body: 'response_mode must be form_post' };
      const fields = [...callback.searchParams];
      const who = String(seen.headers['x-person']);
      if (callback.searchParams.has('code') && !known.has(who)) {
        known.add(who);
        const { givenName: firstName, familyName: lastName, email } = person(who);
        fields.push(['user', JSON.stringify({ name: { firstName, lastName }, email })]);
      }
      const inputs = fields.map(
        ([name, value]) => `<input type="hidden" name="${name}" value="${escaped(value)}">`,
      );
      return { body: `<form method="post" action="${options.callbackUrl}">${inputs.join('')}</form>` };
    },
  });
  return vendor.then((opened) => {
    base = opened.base;
    return opened;
  });
}
