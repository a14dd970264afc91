/**
 * Access tokens of the `openid` profile are JWTs for everybody (RFC 9068), signed and shaped by `tokens/`. The library
 * would make opaque ones, and JWTs for named resources only; the operations of the JSON API and resource servers that
 * name none could read neither. So its two models write and read ours.
 */
import { randomUUID } from 'node:crypto';
import Provider, { type AccessToken, type ClientCredentials, errors } from 'oidc-provider';
import { groupsOf } from '../../accounts/groups/groups-of.ts';
import { grantableScopes } from '../../configuration/grantable-scopes.ts';
import { Refusal } from '../../errors.ts';
import type { Pool } from '../../pool.ts';
import { accessTokenClaims, type Claims, clientTokenClaims } from '../../tokens/claims.ts';
import { findGrant, liveAccount } from '../../tokens/grant.ts';
import { groupClaims } from '../../tokens/group-claims.ts';
import { remainingScopes } from '../../tokens/issue-tokens.ts';
import { signToken } from '../../tokens/sign-token.ts';
import { verifyAccessToken } from '../../tokens/verify-access-token.ts';
import { clientOf } from '../library-client.ts';
import { noteGrant } from './known-grant.ts';
import { recordGrant } from './record-grant.ts';
import { standardScopes } from './told-claims.ts';

/** What a model hands back: the token, and nothing for the library to store. */
interface Made {
  value: string;
}

/** The parts of the library's models that no declaration of theirs shows. */
interface Models {
  AccessToken: { prototype: object; find: unknown };
  ClientCredentials: { prototype: object; find: unknown };
}

export function makeAccessTokensOurs(provider: Provider, pool: Pool): void {
  const { AccessToken: person, ClientCredentials: machine } = provider as unknown as Models;
  Object.assign(person.prototype, {
    getValueAndPayload(this: AccessToken): Promise<Made> {
      return personToken(pool, this);
    },
  });
  Object.assign(machine.prototype, {
    getValueAndPayload(this: ClientCredentials): Promise<Made> {
      return machineToken(pool, this);
    },
  });
  person.find = (token: unknown) => read(provider, pool, token);
  // A client's own token gives no access to anything here.
  machine.find = async () => undefined;
}

async function personToken(pool: Pool, token: AccessToken): Promise<Made> {
  if (!token.client || !token.grantId) throw new Error('an access token without a client or a grant');
  // Given out without a code before it: nothing has recorded the grant yet.
  if (token.gty === 'implicit') await recordGrant(pool);
  const client = clientOf(pool, token.client);
  const grant = await findGrant(pool, token.grantId);
  const account = grant && (await liveAccount(pool, grant));
  if (!account) throw gone(token);
  const asked = token.scope?.split(' ').filter(Boolean) ?? [];
  // What the pool grants may be less by now than at the sign-in (HUI-41, HUI-42).
  const scopes = [...remainingScopes(pool, client, asked), ...standardScopes(client, asked)];
  token.scope = scopes.join(' ') || undefined;
  const claims = {
    ...accessTokenClaims(client, account, grant, scopes),
    ...groupClaims(await groupsOf(pool, account)),
  };
  return { value: await sign(pool, token, claims) };
}

/** Since the library looked, the person was shut out, or somebody showed the same code and ended the sign-in (ATK-12). */
function gone({ gty }: AccessToken): Error {
  const why = 'the sign-in has ended';
  return gty === 'implicit' ? new errors.AccessDenied(why) : new errors.InvalidGrant(why);
}

async function machineToken(pool: Pool, token: ClientCredentials): Promise<Made> {
  if (!token.client) throw new Error('an access token without a client');
  const client = clientOf(pool, token.client);
  const asked = token.scope?.split(' ').filter(Boolean);
  // None means all of the client's own, which a token for one resource must not become, nor one for scopes that there
  // are not.
  if (token.aud !== undefined && !asked)
    throw new errors.InvalidScope('none of these scopes is of the resource', String(token.aud));
  // The library has taken out of the parameter what it does not know, and leaves nothing of it then.
  if (!asked && Provider.ctx?.oidc.params?.['scope'] !== undefined)
    throw Object.assign(new errors.InvalidScope('there is no such scope', ''), { scope: undefined });
  // As in every profile: scopes that mean a person are not for a client alone.
  const decision = grantableScopes(pool, client).granted(asked, 'client-credentials');
  if ('refused' in decision && asked)
    throw new errors.InvalidScope('this scope is not for a client alone', decision.scope);
  const scopes = 'scopes' in decision ? decision.scopes : [];
  token.scope = scopes.join(' ') || undefined;
  const now = Math.floor(pool.clock.now() / 1000);
  return { value: await sign(pool, token, clientTokenClaims(client, scopes, now)) };
}

/** `aud` is the pool itself where no resource was named: such a token is good for user info and the API. */
function sign(pool: Pool, token: AccessToken | ClientCredentials, claims: Claims): Promise<string> {
  const iat = Math.floor(pool.clock.now() / 1000);
  return signToken(
    pool,
    'access',
    {
      ...claims,
      iss: pool.issuer,
      aud: token.aud ?? pool.issuer,
      iat,
      exp: iat + token.expiration,
      jti: randomUUID(),
      ...(token.jkt && { cnf: { jkt: token.jkt } }),
    },
    'at+jwt',
  );
}

/** A token that was handed to user info. Undefined for whatever is not good any more. */
async function read(provider: Provider, pool: Pool, token: unknown): Promise<AccessToken | undefined> {
  if (typeof token !== 'string') return undefined;
  try {
    const { account, client, grant, scopes, claims } = await verifyAccessToken(pool, token, { proven: true });
    noteGrant(grant);
    const { jkt } = (claims['cnf'] ?? {}) as { jkt?: string };
    const model = new provider.AccessToken({
      accountId: account.id,
      clientId: client.id,
      grantId: grant.id,
      scope: scopes.join(' '),
      claims: grant.beside?.claims ?? {},
      jkt,
      exp: claims['exp'],
      iat: claims['iat'],
      jti: claims['jti'],
      kind: 'AccessToken',
    } as unknown as ConstructorParameters<typeof provider.AccessToken>[0]);
    return model;
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}
