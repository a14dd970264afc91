import { errors } from 'oidc-provider';
import { findClient } from '../../../configuration/find-client.ts';
import { definedScopes, SYSTEM_SCOPE_NAMES } from '../../../configuration/grantable-scopes.ts';
import { openIdSettingsOf } from '../../../configuration/openid/features.ts';
import type { Client, Pool } from '../../../pool.ts';
import { isSameAddress } from '../resources.ts';
import type { Asked } from './exchange-token.ts';

/** Where the new token will be good. */
export interface Target {
  aud: string;
  /** What a token for it can allow. */
  scopes: ReadonlySet<string>;
}

/**
 * The client or resource server that the request names: `audience` is either's id, `resource` the second's where that
 * is an address. One of a request, and one that the operator has listed for the client that asks (section 2.2.2).
 */
export async function targetOf(pool: Pool, asking: Client, { audience, resource }: Asked): Promise<Target> {
  const resources = namesIn(resource);
  const [name, ...others] = new Set([...namesIn(audience), ...resources]);
  if (!name) throw new errors.InvalidRequest('audience or resource must say whom the new token is for');
  if (others.length > 0) throw new errors.InvalidTarget('one token is for one audience or resource');
  if (resources.some((one) => !isAddress(one)))
    throw new errors.InvalidTarget('resource must be an absolute URI without a fragment');
  const listed = openIdSettingsOf(pool, asking).token_exchange_audiences ?? [];
  const meant = listed.find(
    (one) => one === name || resources.some((address) => isSameAddress(one, address)),
  );
  const target = meant === undefined ? undefined : await find(pool, asking, meant);
  if (!target) throw new errors.InvalidTarget('this client may not exchange tokens for that target');
  return target;
}

async function find(pool: Pool, asking: Client, name: string): Promise<Target | undefined> {
  const server = pool.resourceServers.find(({ identifier }) => identifier === name);
  if (server)
    return { aud: name, scopes: new Set(server.scopes.map(({ ScopeName }) => `${name}/${ScopeName}`)) };
  const client = name === asking.id ? asking : await findClient(pool, name);
  if (!client) return undefined;
  const { AllowedOAuthScopes } = client.settings;
  const defined = definedScopes(pool);
  return {
    aud: name,
    scopes: new Set(
      AllowedOAuthScopes.filter((scope) => SYSTEM_SCOPE_NAMES.has(scope) || defined.has(scope)),
    ),
  };
}

/**
 * Never more than the subject token has and the target knows; both, when the request names none (ATK-18). A token that
 * allows nothing would only look like one that works, to services that check nothing but the audience.
 */
export function grantedScopes(
  had: readonly string[],
  { scopes }: Target,
  asked: string | undefined,
): string[] {
  const possible = new Set(had.filter((scope) => scopes.has(scope)));
  if (possible.size === 0)
    throw new errors.InvalidScope('the subject token gives nothing at this target', asked ?? '');
  const named = asked?.split(' ').filter(Boolean) ?? [];
  if (named.length === 0) return [...possible];
  const beyond = named.find((scope) => !possible.has(scope));
  if (beyond !== undefined) throw new errors.InvalidScope('the subject token does not give this', beyond);
  return [...new Set(named)];
}

/** One that is given twice is meant once. */
const namesIn = (parameter: string | string[] | undefined) => [parameter ?? []].flat().filter(Boolean);

const isAddress = (text: string) => URL.canParse(text) && !text.includes('#');
