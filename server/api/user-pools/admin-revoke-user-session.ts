import type {
  AdminRevokeUserSessionCommandInput,
  AdminRevokeUserSessionCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { requireAccount } from '../../accounts/find-account.ts';
import { revokeSession } from '../../tokens/sessions/revoke.ts';
import type { Operation } from '../operation.ts';

export const adminRevokeUserSession: Operation<
  AdminRevokeUserSessionCommandInput,
  AdminRevokeUserSessionCommandOutput
> = {
  name: 'AdminRevokeUserSession',
  access: 'signed',
  async run({ pools }, { UserPoolId, Username, SessionId, RevokeAssociatedSessions }) {
    const pool = await pools.byId(UserPoolId);
    const linked = RevokeAssociatedSessions === 'LINKED';
    await revokeSession(pool, await requireAccount(pool, Username), { sessionId: SessionId, linked });
    return {};
  },
};
