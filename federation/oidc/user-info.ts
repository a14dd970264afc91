import { type Environment, ProviderFault } from '../provider.ts';
import { type Json, readJson, readSuccess } from '../read-answer.ts';
import { type Expected, verifyUserInfo } from './verify-token.ts';

/**
 * Asks the provider about the person (OpenID Connect Core 5.3). Throws ProviderFault: `refused` for any status but
 * success (FED-58), `not-verified` when it speaks of somebody else (FED-57).
 */
export async function userInfo(
  request: { url: string; method: 'GET' | 'POST'; accessToken: string; subject: string; name: string },
  expected: Expected,
  environment: Environment,
): Promise<Json> {
  const purpose = 'IdP userinfo endpoint';
  const { url, method, accessToken, subject, name } = request;
  const response = await environment.outgoing.fetch(url, {
    method,
    purpose,
    headers: { authorization: `Bearer ${accessToken}`, accept: 'application/json, application/jwt' },
  });
  const signed = /^application\/jwt\b/i.test(response.headers.get('content-type') ?? '');
  if (!response.ok) return readSuccess(response, name, purpose, [accessToken]);
  const claims: Json = signed
    ? await verifyUserInfo(await response.text(), expected, environment)
    : await readJson(response, purpose);
  // An access token put in place of another's would bring another's attributes.
  if (claims['sub'] !== subject)
    throw new ProviderFault('not-verified', 'user info is of another person than the ID token');
  return claims;
}
