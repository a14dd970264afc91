import type {
  RevokeUserSessionCommandInput,
  RevokeUserSessionCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { tellOfEnd } from '../../tokens/back-channel/tell-of-end.ts';
import { revokeSession } from '../../tokens/sessions/revoke.ts';
import type { Operation } from '../operation.ts';
import { tokenHolder } from '../token-holder.ts';

export const revokeUserSession: Operation<RevokeUserSessionCommandInput, RevokeUserSessionCommandOutput> = {
  name: 'RevokeUserSession',
  access: 'access-token',
  async run(service, { AccessToken, SessionId, RevokeAssociatedSessions }) {
    const { pool, account, claims } = await tokenHolder(service, AccessToken);
    const ended = await revokeSession(pool, account, {
      sessionId: SessionId,
      linked: RevokeAssociatedSessions === 'LINKED',
      current: String(claims['origin_jti']),
    });
    await tellOfEnd(pool, account.id, ended);
    return {};
  },
};
