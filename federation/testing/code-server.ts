/** The authorization code flow as RFC 6749, RFC 7636 and RFC 6819 want it of a server. */
import { createHash, randomUUID } from 'node:crypto';
import type { Reply, Seen } from './local-vendor.ts';

export interface Grant {
  who: string;
  scope: string;
  nonce?: string;
  redirectUri: string;
  challenge?: string;
}

export interface CodeServerOptions {
  clientId: string;
  callbackUrl: string;
  /** Whether the client has proven itself in this request. */
  proven(asked: { parameters: URLSearchParams; headers: Seen['headers'] }): boolean;
  /** A request without a code challenge is refused. */
  pkceRequired?: true;
  /** Added to each answer through the browser. */
  added?: Record<string, string>;
  /** How the answer leaves; a redirect unless the vendor has another way. */
  answer?(callback: URL, seen: Seen): Reply;
}

export interface CodeServer {
  authorize(seen: Seen): Reply;
  /** The grant of a code and its access token; or the error that is answered. */
  exchange(
    parameters: URLSearchParams,
    headers: Seen['headers'],
  ): { grant: Grant; accessToken: string } | Reply;
  /** The grant behind the Bearer token of a request. */
  holder(headers: Seen['headers']): Grant | undefined;
  holderOf(accessToken: string): Grant | undefined;
}

const refuse = (error: string, status = 400): Reply => ({
  status,
  json: { error, error_description: `refused: ${error}` },
});

export function codeServer(options: CodeServerOptions): CodeServer {
  const codes = new Map<string, Grant>();
  const tokens = new Map<string, Grant>();

  function authorize(seen: Seen): Reply {
    const { query } = seen;
    const page = (why: string) => ({ status: 400, body: `<h1>${why}</h1>` });
    if (query.get('client_id') !== options.clientId) return page('unknown client');
    const redirectUri = query.get('redirect_uri') ?? '';
    if (redirectUri !== options.callbackUrl) return page('unregistered redirect_uri');
    if (query.get('response_type') !== 'code') return page('unsupported_response_type');
    const challenge = query.get('code_challenge') ?? undefined;
    if (options.pkceRequired && (!challenge || query.get('code_challenge_method') !== 'S256'))
      return page('code_challenge required');
    const callback = new URL(redirectUri);
    const who = String(seen.headers['x-person'] ?? 'maria');
    if (who === 'nobody') {
      callback.searchParams.set('error', 'access_denied');
      callback.searchParams.set('error_description', 'The person said no');
    } else {
      const code = randomUUID();
      const nonce = query.get('nonce') ?? undefined;
      codes.set(code, { who, scope: query.get('scope') ?? '', nonce, redirectUri, challenge });
      callback.searchParams.set('code', code);
    }
    callback.searchParams.set('state', query.get('state') ?? '');
    for (const [name, value] of Object.entries(options.added ?? {})) callback.searchParams.set(name, value);
    return options.answer?.(callback, seen) ?? { status: 302, headers: { location: callback.href } };
  }

  function exchange(parameters: URLSearchParams, headers: Seen['headers']) {
    if (!options.proven({ parameters, headers })) return refuse('invalid_client', 401);
    const code = parameters.get('code') ?? '';
    const grant = codes.get(code);
    codes.delete(code);
    const verifier = parameters.get('code_verifier') ?? '';
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    if (!grant || parameters.get('redirect_uri') !== grant.redirectUri) return refuse('invalid_grant');
    if (grant.challenge ? challenge !== grant.challenge : verifier !== '') return refuse('invalid_grant');
    const accessToken = `access-${randomUUID()}`;
    tokens.set(accessToken, grant);
    return { grant, accessToken };
  }

  return {
    authorize,
    exchange,
    holder: ({ authorization = '' }) => tokens.get(authorization.replace(/^Bearer /, '')),
    holderOf: (accessToken) => tokens.get(accessToken),
  };
}
