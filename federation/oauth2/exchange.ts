import type { Answer, Environment } from '../provider.ts';
import { readSuccess, refusedBy, text } from '../read-answer.ts';
import type { OAuth2Settings } from './open-provider.ts';

type Server = Pick<OAuth2Settings, 'clientId' | 'clientSecret' | 'tokenUrl' | 'tokenMethod' | 'basic'>;

/** Takes the code to the vendor, and gives the access token (RFC 6749 4.1.3). Throws ProviderFault. */
export async function exchange(
  name: string,
  { clientId, clientSecret, tokenUrl, tokenMethod, basic }: Server,
  { code, callbackUrl, kept }: Pick<Answer, 'callbackUrl' | 'kept'> & { code: string },
  { outgoing }: Pick<Environment, 'outgoing'>,
): Promise<string> {
  const form = new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: callbackUrl });
  form.set('client_id', clientId);
  if (!basic) form.set('client_secret', clientSecret);
  if (kept['verifier']) form.set('code_verifier', kept['verifier']);
  const headers: Record<string, string> = { accept: 'application/json' };
  if (basic) headers['authorization'] = `Basic ${credentials(clientId, clientSecret)}`;
  const purpose = 'IdP token endpoint';
  const get = tokenMethod === 'GET';
  if (!get) headers['content-type'] = 'application/x-www-form-urlencoded';
  const response = get
    ? await outgoing.fetch(`${tokenUrl}?${form}`, { headers, purpose })
    : await outgoing.fetch(tokenUrl, { method: 'POST', headers, body: form.toString(), purpose });
  const sent = [clientSecret, credentials(clientId, clientSecret), code, kept['verifier'] ?? ''];
  const json = await readSuccess(response, name, purpose, sent);
  const token = text(json, 'access_token');
  // GitHub says 200 and means an error.
  if (!token) throw refusedBy(name, purpose, response.status, json, sent);
  return token;
}

const credentials = (id: string, secret: string) =>
  Buffer.from([id, secret].map(encodeURIComponent).join(':')).toString('base64');
