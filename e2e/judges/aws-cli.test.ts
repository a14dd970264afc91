/** The AWS CLI, unmodified: an application's calls without keys, and an administrator's with them. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { readTools } from '../services.ts';
import { type Foyer, startFoyer } from '../start.ts';
import { JUDGED, judgedPool, NEW_PASSWORD, PASSWORD } from './judged-pool.ts';
import { mailedAfter } from './mailed-after.ts';

const run = promisify(execFile);

function cli(foyer: Foyer) {
  const env = {
    PATH: process.env.PATH,
    HOME: foyer.dataFolder,
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ENDPOINT_URL: foyer.url,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
  };
  const keys = { AWS_ACCESS_KEY_ID: foyer.accessKeyId, AWS_SECRET_ACCESS_KEY: foyer.secretAccessKey };
  const call = async (more: Record<string, string>, parameters: string[]) => {
    const { stdout } = await run(readTools().aws, ['cognito-idp', ...parameters], {
      env: { ...env, ...more },
    });
    return stdout ? JSON.parse(stdout) : {};
  };
  return {
    /** Without keys: the CLI signs nothing. */
    anyone: (...parameters: string[]) => call({}, [...parameters, '--no-sign-request']),
    admin: (...parameters: string[]) => call(keys, [...parameters, '--user-pool-id', JUDGED.poolId]),
  };
}

test('the AWS CLI signs a person up, in and out, and administers another who chooses a password', async () => {
  const foyer = await startFoyer({ poolFile: judgedPool() });
  const { anyone, admin } = cli(foyer);
  const client = ['--client-id', JUDGED.app];

  const email = 'Name=email,Value=ed@example.com';
  const code = await mailedAfter(foyer, 'ed@example.com', () =>
    anyone('sign-up', ...client, '--username', 'ed', '--password', PASSWORD, '--user-attributes', email),
  );
  await anyone('confirm-sign-up', ...client, '--username', 'ed', '--confirmation-code', code);
  const flow = ['--auth-flow', 'USER_PASSWORD_AUTH', '--auth-parameters', `USERNAME=ed,PASSWORD=${PASSWORD}`];
  const { AuthenticationResult } = await anyone('initiate-auth', ...client, ...flow);
  const token = ['--access-token', AuthenticationResult.AccessToken];
  assert.equal((await anyone('get-user', ...token)).Username, 'ed');
  await anyone('global-sign-out', ...token);
  await assert.rejects(
    anyone('get-user', ...token),
    /\(NotAuthorizedException\).*Access Token has been revoked/,
  );

  const fay = ['--username', 'fay'];
  const attributes = ['--user-attributes', 'Name=email,Value=fay@example.com'];
  const temporary = ['--temporary-password', 'Temporary-1', '--message-action', 'SUPPRESS'];
  await admin('admin-create-user', ...fay, ...temporary, ...attributes);
  await admin('create-group', '--group-name', 'staff');
  await admin('admin-add-user-to-group', ...fay, '--group-name', 'staff');
  const members = await admin('list-users-in-group', '--group-name', 'staff');
  assert.deepEqual(
    members.Users.map(({ Username }: { Username: string }) => Username),
    ['fay'],
  );
  const challenge = await admin(
    ...['admin-initiate-auth', ...client, '--auth-flow', 'ADMIN_USER_PASSWORD_AUTH'],
    ...['--auth-parameters', 'USERNAME=fay,PASSWORD=Temporary-1'],
  );
  assert.equal(challenge.ChallengeName, 'NEW_PASSWORD_REQUIRED');
  const answer = await admin(
    ...['admin-respond-to-auth-challenge', ...client, '--challenge-name', 'NEW_PASSWORD_REQUIRED'],
    ...['--challenge-responses', `USERNAME=fay,NEW_PASSWORD=${NEW_PASSWORD}`, '--session', challenge.Session],
  );
  const [, claims = ''] = answer.AuthenticationResult.AccessToken.split('.');
  assert.deepEqual(JSON.parse(Buffer.from(claims, 'base64url').toString())['cognito:groups'], ['staff']);
});
