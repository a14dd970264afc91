/** A service that was called with somebody's token gets one of its own for the next service (RFC 8693). */
import { SCENE, type Target } from '../scene.ts';
import type { HttpClient } from './http-client.ts';

interface Visitor {
  target: Target;
  http: HttpClient;
}

/** @param signIn gives the tokens of somebody who signs in to this client */
export async function tokenExchange(
  { target: common, http }: Visitor,
  signIn: (visitor: Visitor, client: string) => Promise<Record<string, string>>,
): Promise<() => Promise<void>> {
  const { openid } = common;
  if (!openid) throw new Error('This server has no newer OAuth');
  const target = { ...common, ...openid, people: 1 };
  const { access_token: before = '' } = await signIn({ target, http }, openid.client);
  const authorization = `Basic ${Buffer.from(`${openid.client}:${SCENE.secret}`).toString('base64')}`;
  const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
  return async () => {
    const { status, body } = await http.post(
      openid.token,
      {
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        subject_token: before,
        subject_token_type: ACCESS_TOKEN,
        audience: openid.client,
      },
      { authorization, accept: 'application/json' },
    );
    const answer = JSON.parse(body) as Record<string, string>;
    const { access_token: now = '', issued_token_type: type } = answer;
    if (status !== 200 || type !== ACCESS_TOKEN || now === before || now.split('.').length !== 3)
      throw new Error(`The exchange answered ${status}: ${body.slice(0, 500)}`);
  };
}
