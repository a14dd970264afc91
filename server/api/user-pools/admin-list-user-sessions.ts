import type {
  AdminListUserSessionsCommandInput,
  AdminListUserSessionsCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { requireAccount } from '../../accounts/find-account.ts';
import { liveSessions } from '../../tokens/sessions/list.ts';
import type { Operation } from '../operation.ts';
import { refusePageToken } from '../page-token.ts';
import { sessionShape } from '../session-shape.ts';

export const adminListUserSessions: Operation<
  AdminListUserSessionsCommandInput,
  AdminListUserSessionsCommandOutput
> = {
  name: 'AdminListUserSessions',
  access: 'signed',
  async run({ pools }, { UserPoolId, Username, NextToken }) {
    refusePageToken(NextToken);
    const pool = await pools.byId(UserPoolId);
    const sessions = await liveSessions(pool, await requireAccount(pool, Username));
    return { Sessions: sessions.map(({ entry }) => sessionShape(entry)) };
  },
};
