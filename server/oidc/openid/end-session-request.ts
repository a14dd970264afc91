/** A request to sign out (OpenID Connect RP-Initiated Logout 1.0, section 2), read and checked. */
import { findClient } from '../../configuration/find-client.ts';
import type { Client, Pool } from '../../pool.ts';
import { readIdTokenHint } from '../../tokens/id-token-hint.ts';
import { echoed, PageFault } from '../dialect/errors.ts';
import { type RawQuery, readQuery } from '../dialect/raw-query.ts';

export interface EndSessionRequest {
  client?: Client;
  /** The person whom the application means; nobody else is signed out unasked. */
  sub?: string;
  /** Registered for the client. Absent: the person stays here. */
  to?: string;
  state?: string;
}

const KNOWN = [
  'id_token_hint',
  'logout_hint',
  'client_id',
  'post_logout_redirect_uri',
  'logout_uri',
  'state',
  'ui_locales',
];

/** Throws PageFault, and sends nobody anywhere, for whatever is in doubt. */
export async function readEndSession(pool: Pool, text: string): Promise<EndSessionRequest> {
  const query = readQuery(text);
  if (query.repeated(KNOWN)) throw new PageFault('invalid_request', echoed(query.get('client_id')));
  const hint = query.get('id_token_hint');
  const hinted = hint === undefined ? undefined : await readIdTokenHint(pool, hint);
  if (hint !== undefined && !hinted) throw new PageFault('invalid_request', echoed(query.get('client_id')));
  const client = await clientOf(pool, query.get('client_id'), hinted?.clientId);
  return {
    ...(client && { client, to: addressOf(query, client) }),
    ...(hinted && { sub: hinted.sub }),
    state: query.get('state'),
  };
}

async function clientOf(pool: Pool, named?: string, hinted?: string): Promise<Client | undefined> {
  if (named && hinted && named !== hinted) throw new PageFault('invalid_request', echoed(named));
  const id = named ?? hinted;
  if (!id) return undefined;
  const client = await findClient(pool, id);
  if (!client) throw new PageFault('invalid_client', echoed(id));
  return client;
}

/** `logout_uri` is Cognito's name for the same, which its applications keep using. */
function addressOf(query: RawQuery, { id, settings }: Client): string | undefined {
  const to = query.get('post_logout_redirect_uri') ?? query.get('logout_uri');
  if (to !== undefined && !settings.LogoutURLs.includes(to)) throw new PageFault('logout_uri_mismatch', id);
  return to;
}

/** The address with the `state` that was sent, which the application knows its request by. */
export function returnAddress({ to, state }: EndSessionRequest, elsewhere: string): string {
  if (to === undefined) return elsewhere;
  if (state === undefined) return to;
  const separator = to.includes('?') ? '&' : '?';
  return `${to}${separator}${new URLSearchParams({ state })}`;
}
