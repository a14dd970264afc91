import type {
  AdminRevokeUserSessionCommandInput,
  AdminRevokeUserSessionCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { requireAccount } from '../../accounts/find-account.ts';
import { tellOfEnd } from '../../tokens/back-channel/tell-of-end.ts';
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
    const account = await requireAccount(pool, Username);
    await tellOfEnd(pool, account.id, await revokeSession(pool, account, { sessionId: SessionId, linked }));
    return {};
  },
};
