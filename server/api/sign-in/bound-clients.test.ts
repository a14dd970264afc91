/** The API gives tokens to whoever bears them; a client of the `openid` profile may have ruled those out. */
import { after, before, test } from 'node:test';
import type { AuthFlowType } from '@aws-sdk/client-cognito-identity-provider';
import { createUser } from '../../accounts/administration/create-user.ts';
import { openTestPool, type TestPool, testClient } from '../../accounts/testing/open-pool.ts';
import { confirmed, PASSWORD, refused } from '../../accounts/testing/people.ts';
import { clientToken } from '../../tokens/client-token.ts';
import { newGrantId } from '../../tokens/grant.ts';
import { issueRefreshToken } from '../../tokens/refresh-token.ts';
import { initiate } from './initiate.ts';
import { refreshTokens } from './refresh.ts';
import { respond } from './respond.ts';

const FLOWS = ['USER_SRP', 'USER_PASSWORD', 'ADMIN_USER_PASSWORD', 'USER', 'REFRESH_TOKEN'];
const ExplicitAuthFlows = FLOWS.map((flow) => `ALLOW_${flow}_AUTH`);
const earlier = testClient({ ExplicitAuthFlows });
const client = testClient({ ExplicitAuthFlows, OpenId: { dpop_bound_access_tokens: true } });

let pool: TestPool;
before(async () => {
  pool = Object.assign(await openTestPool(), { tags: { 'foyer:profile': 'openid' } });
  await confirmed(pool, 'maria');
});
after(() => pool.close());

const reason = 'operation-not-enabled';

test('OID-119 through the API a client that must have bound tokens signs nobody in, by any flow', async () => {
  const parameters = { USERNAME: 'maria', PASSWORD, SRP_A: 'ab12', REFRESH_TOKEN: 'x' };
  const flows: [AuthFlowType, boolean][] = [
    ['USER_PASSWORD_AUTH', false],
    ['USER_SRP_AUTH', false],
    ['USER_AUTH', false],
    ['REFRESH_TOKEN_AUTH', false],
    ['ADMIN_USER_PASSWORD_AUTH', true],
  ];
  for (const [flow, signed] of flows)
    await refused(initiate({ pool, client, signed }, flow, parameters), reason);
});

test('OID-119 a sign-in that began before the client had to have them ends without tokens', async () => {
  const people = { attributes: {}, temporaryPassword: PASSWORD, suppressInvitation: true };
  await createUser(pool, { username: 'mia', ...people });
  const given = { USERNAME: 'mia', PASSWORD };
  const { Session } = await initiate({ pool, client: earlier, signed: false }, 'USER_PASSWORD_AUTH', given);
  const parameters = { USERNAME: 'mia', NEW_PASSWORD: 'An0ther-Horse!' };
  const answer = respond({ pool, client, signed: false }, 'NEW_PASSWORD_REQUIRED', {
    session: Session,
    parameters,
  });
  await refused(answer, reason);
});

test('OID-119 neither a refresh token nor its secret gets such a client a token of the API', async () => {
  const token = await issueRefreshToken(pool, client, { id: newGrantId() });
  await refused(refreshTokens({ pool, client, signed: false }, token), reason);
  const machine = {
    ...testClient({
      OpenId: { dpop_bound_access_tokens: true },
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ['client_credentials'],
    }),
    secret: 'a-secret',
  };
  await refused(clientToken(pool, machine, { secret: 'a-secret' }), reason);
});
