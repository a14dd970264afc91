import * as client from 'openid-client';
import { type Answer, type Environment, ProviderFault } from '../provider.ts';
import { readSuccess, refusedBy, refusedInBrowser, text } from '../read-answer.ts';

export interface Tokens {
  accessToken: string;
  /** Not verified yet. */
  idToken?: string;
}

/**
 * Takes the answer that the browser brought to the provider's token endpoint. The library checks the answer (state,
 * issuer by RFC 9207, errors) and makes the request. The ID token is taken out before the library looks at it: it
 * verifies no signature of HMAC, knows no other clock than the machine's and no issuer that is a template.
 */
export async function exchangeCode(
  name: string,
  { config, secret }: { config: client.Configuration; secret: string },
  answer: Answer,
  { outgoing }: Pick<Environment, 'outgoing'>,
): Promise<Tokens> {
  const url = new URL(answer.callbackUrl);
  url.search = new URLSearchParams(answer.parameters).toString();
  let idToken: string | undefined;
  let asked = false;
  config[client.customFetch] = async (endpoint, request) => {
    asked = true;
    const purpose = 'IdP token endpoint';
    const { method, headers, body, signal } = request;
    const response = await outgoing.fetch(endpoint, {
      method,
      headers,
      body: body?.toString(),
      signal,
      purpose,
    });
    const basic = headers['authorization']?.replace(/^Basic /, '') ?? '';
    const sent = [secret, basic, answer.parameters['code'] ?? '', answer.kept['verifier'] ?? ''];
    const json = await readSuccess(response, name, purpose, sent);
    const access_token = text(json, 'access_token');
    // Slack says 200 and means an error.
    if (!access_token) throw refusedBy(name, purpose, response.status, json, sent);
    idToken = text(json, 'id_token');
    // Not every vendor says the type; there is only one that could be meant. The rest is not for us, and often odd.
    return Response.json({ access_token, token_type: text(json, 'token_type') ?? 'Bearer' });
  };
  try {
    const { access_token: accessToken } = await client.authorizationCodeGrant(config, url, {
      expectedState: answer.state,
      pkceCodeVerifier: answer.kept['verifier'],
    });
    return { accessToken, idToken };
  } catch (error) {
    throw faultOf(name, error, asked);
  }
}

function faultOf(name: string, error: unknown, asked: boolean): unknown {
  if (error instanceof client.AuthorizationResponseError)
    return refusedInBrowser(name, error.error, error.error_description);
  if (!(error instanceof Error)) return error;
  if (error.cause instanceof ProviderFault) return error.cause;
  const reason = asked ? 'invalid-answer' : 'not-verified';
  return new ProviderFault(reason, `${asked ? 'IdP token endpoint' : 'callback'}: ${error.message}`, {
    cause: error,
  });
}

/** What openid-client works with. Its own rule of https gives way to `outgoing`, which has the operator's exceptions. */
export function configure(
  server: {
    issuer: string;
    authorizeUrl: string;
    tokenUrl: string;
    namesItself: boolean;
    basicOnly: boolean;
  },
  clientId: string,
  secret: string,
): client.Configuration {
  const metadata = {
    issuer: server.issuer,
    authorization_endpoint: server.authorizeUrl,
    token_endpoint: server.tokenUrl,
    authorization_response_iss_parameter_supported: server.namesItself,
  };
  const proof = server.basicOnly ? client.ClientSecretBasic(secret) : client.ClientSecretPost(secret);
  const config = new client.Configuration(metadata, clientId, undefined, proof);
  client.allowInsecureRequests(config);
  return config;
}
