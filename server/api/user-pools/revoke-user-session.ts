import type {
  RevokeUserSessionCommandInput,
  RevokeUserSessionCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { revokeSession } from '../../tokens/sessions/revoke.ts';
import type { Operation } from '../operation.ts';
import { tokenHolder } from '../token-holder.ts';

export const revokeUserSession: Operation<RevokeUserSessionCommandInput, RevokeUserSessionCommandOutput> = {
  name: 'RevokeUserSession',
  access: 'access-token',
  async run(service, { AccessToken, SessionId, RevokeAssociatedSessions }) {
    const { pool, account, claims } = await tokenHolder(service, AccessToken);
    await revokeSession(pool, account, {
      sessionId: SessionId,
      linked: RevokeAssociatedSessions === 'LINKED',
      current: String(claims['origin_jti']),
    });
    return {};
  },
};
