/**
 * What a person has agreed to let an application have. It is remembered in their hosted session, beside who they are:
 * whoever signs in after them is asked anew, and so are they when an application wants more.
 */
import type { KoaContextWithOIDC } from 'oidc-provider';
import { openIdSettingsOf } from '../../configuration/openid/features.ts';
import type { Pool } from '../../pool.ts';
import type { AskedConsent } from '../interaction.ts';
import { clientOf } from '../library-client.ts';
import { mayLearn } from './told-claims.ts';

type Request = KoaContextWithOIDC['oidc'];

interface Agreed {
  accountId: string;
  /** By client: what was agreed to, as `itemsOf` writes it. */
  clients: Record<string, string[]>;
}

/** Applications of one session; those agreed to first are asked again beyond that. */
const MOST_CLIENTS = 50;
const AGREED = 'agreed';

/** What this request wants of the person. */
export function askedOf(pool: Pool, oidc: Request): AskedConsent {
  const client = oidc.client && clientOf(pool, oidc.client);
  const claims = [...oidc.requestParamClaims].filter(
    (claim) => !UNASKED.has(claim) && client && mayLearn(client, claim),
  );
  return {
    scopes: [...oidc.requestParamScopes],
    claims,
    resources: Object.keys(oidc.resourceServers ?? {}),
  };
}

/** Of the `claims` parameter, what tells nothing of a person. */
const UNASKED: ReadonlySet<string> = new Set(['sub', 'sid', 'auth_time', 'acr', 'amr', 'iss']);

/** Whether a client that must ask asks for something that was not agreed to in this session. */
export function mustAsk(pool: Pool, oidc: Request): boolean {
  const { client, session, result } = oidc;
  if (!client || !session?.accountId || result?.consent) return false;
  if (openIdSettingsOf(pool, clientOf(pool, client)).consent !== true) return false;
  const agreed = new Set(agreedBy(session, session.accountId)?.clients[client.clientId]);
  return itemsOf(askedOf(pool, oidc)).some((item) => !agreed.has(item));
}

/** What the person of the session agreed to; undefined when that was somebody else. */
export function agreedBy(session: Request['session'], accountId: string): Agreed | undefined {
  const agreed = session?.state?.[AGREED] as Agreed | undefined;
  return agreed?.accountId === accountId ? agreed : undefined;
}

/** Keeps what was agreed to before, which a fresh sign-in overwrites, and adds what this request was just allowed. */
export function keepAgreed(pool: Pool, oidc: Request, before: Agreed | undefined, accountId: string): void {
  const { client, session, result } = oidc;
  if (!session || !client || (!before && !result?.consent)) return;
  const { [client.clientId]: earlier = [], ...others } = before?.clients ?? {};
  const added = result?.consent ? itemsOf(askedOf(pool, oidc)) : [];
  const clients = Object.fromEntries([
    ...Object.entries(others).slice(1 - MOST_CLIENTS),
    [client.clientId, [...new Set([...earlier, ...added])]],
  ]);
  session.state = { ...session.state, [AGREED]: { accountId, clients } satisfies Agreed };
}

function itemsOf({ scopes, claims, resources }: AskedConsent): string[] {
  return [
    ...scopes.map((scope) => `scope ${scope}`),
    ...claims.map((claim) => `claim ${claim}`),
    ...resources.map((resource) => `resource ${resource}`),
  ];
}
