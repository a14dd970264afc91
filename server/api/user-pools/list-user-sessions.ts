import type {
  ListUserSessionsCommandInput,
  ListUserSessionsCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { liveSessions } from '../../tokens/sessions/list.ts';
import type { Operation } from '../operation.ts';
import { refusePageToken } from '../page-token.ts';
import { sessionShape } from '../session-shape.ts';
import { tokenHolder } from '../token-holder.ts';

/** All at once: they are bounded for everybody. */
export const listUserSessions: Operation<ListUserSessionsCommandInput, ListUserSessionsCommandOutput> = {
  name: 'ListUserSessions',
  access: 'access-token',
  async run(service, { AccessToken, NextToken }) {
    const { pool, account, claims } = await tokenHolder(service, AccessToken);
    refusePageToken(NextToken);
    const sessions = await liveSessions(pool, account);
    return { Sessions: sessions.map(({ entry }) => sessionShape(entry, claims['origin_jti'])) };
  },
};
