/** The person of a request as the library asks for them, and what it may tell of them. */
import type { KoaContextWithOIDC, Account as LibraryAccount } from 'oidc-provider';
import type { Account } from '#adapters/accounts/store.ts';
import { groupsOf } from '../../accounts/groups/groups-of.ts';
import type { Pool } from '../../pool.ts';
import { standardClaims } from '../../tokens/claims.ts';
import { liveAccount } from '../../tokens/grant.ts';
import { groupClaims, roleClaims } from '../../tokens/group-claims.ts';
import { clientOf } from '../library-client.ts';
import { knownGrant } from './known-grant.ts';
import { mayLearn } from './told-claims.ts';

/** The person of a code or token, if its sign-in still holds. */
export async function accountOfGrant(
  pool: Pool,
  ctx: KoaContextWithOIDC,
  { grantId }: { grantId?: string | undefined },
): Promise<LibraryAccount | undefined> {
  const grant = grantId === undefined ? undefined : await knownGrant(pool, grantId);
  const account = grant && (await liveAccount(pool, grant));
  return account && libraryAccount(pool, ctx, account, grant.id);
}

/** @param grantId of the sign-in, where it has one yet; the request's own otherwise */
export function libraryAccount(
  pool: Pool,
  ctx: KoaContextWithOIDC,
  account: Account,
  grantId?: string,
): LibraryAccount {
  return {
    accountId: account.id,
    /** Everything that the client may learn; the library picks what scopes and the `claims` parameter name. */
    async claims(use) {
      if (!ctx.oidc.client) throw new Error('claims are asked for without a client');
      const client = clientOf(pool, ctx.oidc.client);
      const known = Object.entries(standardClaims(pool, client, account));
      const claims = Object.fromEntries(known.filter(([name]) => mayLearn(client, name)));
      if (use !== 'id_token') return { ...claims, sub: account.id };
      const groups = await groupsOf(pool, account);
      return {
        ...claims,
        ...groupClaims(groups),
        ...roleClaims(groups),
        sub: account.id,
        token_use: 'id',
        'cognito:username': account.username,
        origin_jti: grantId ?? ctx.oidc.grant?.jti,
      };
    },
  };
}
