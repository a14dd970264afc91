/** Bringing people in from a file, as an administrator's program does it: what the tests of it share. */
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import {
  AdminGetUserCommand,
  type CognitoIdentityProviderClient,
  CreateUserImportJobCommand,
  type CreateUserImportJobCommandInput,
  CreateUserPoolCommand,
  DescribeUserImportJobCommand,
  GetCSVHeaderCommand,
  paginateListUsers,
  StartUserImportJobCommand,
  StopUserImportJobCommand,
  type UserImportJobType,
} from '@aws-sdk/client-cognito-identity-provider';
import { administratorOf } from './sdk-application.ts';
import type { Foyer } from './start.ts';

const CloudWatchLogsRoleArn = 'arn:aws:iam::123456789012:role/CognitoCloudWatchLogsRole';

/** A client that keeps pace with a Foyer whose clock is moved: `shift` moves both. */
export function adminInTime(foyer: Foyer) {
  const sdk = administratorOf(foyer);
  let shiftedBy = 0;
  // The client would set it by the date of each answer, which Node itself writes: not the shifted one.
  Object.defineProperty(sdk.config, 'systemClockOffset', { get: () => shiftedBy, set: () => {} });
  const shift = async (ms: number) => {
    await foyer.shiftClock(ms);
    shiftedBy += ms;
  };
  return { sdk, shift };
}

/** A pool with a custom attribute that verifies e-mail addresses, and what is done with its import jobs. */
export async function openImportPool(sdk: CognitoIdentityProviderClient) {
  const { UserPool } = await sdk.send(
    new CreateUserPoolCommand({
      PoolName: 'Acme people',
      AutoVerifiedAttributes: ['email'],
      Schema: [{ Name: 'team', AttributeDataType: 'String', Mutable: true }],
    }),
  );
  const UserPoolId = UserPool?.Id ?? assert.fail();
  const { CSVHeader = [] } = await sdk.send(new GetCSVHeaderCommand({ UserPoolId }));
  const job = (output: { UserImportJob?: UserImportJobType }) => output.UserImportJob ?? assert.fail();
  const named = (JobId: string | undefined) => ({ UserPoolId, JobId });
  const pool = {
    UserPoolId,
    CSVHeader,
    async create(more: Partial<CreateUserImportJobCommandInput> = {}) {
      const input = { UserPoolId, JobName: 'spring', CloudWatchLogsRoleArn, ...more };
      return job(await sdk.send(new CreateUserImportJobCommand(input)));
    },
    start: async (JobId?: string) => job(await sdk.send(new StartUserImportJobCommand(named(JobId)))),
    stop: async (JobId?: string) => job(await sdk.send(new StopUserImportJobCommand(named(JobId)))),
    describe: async (JobId?: string, from = sdk) =>
      job(await from.send(new DescribeUserImportJobCommand(named(JobId)))),
    get: (Username: string) => sdk.send(new AdminGetUserCommand({ UserPoolId, Username })),
    file(people: readonly Record<string, string>[], columns = CSVHeader): string {
      const rows = people.map((person) => columns.map((name) => person[name] ?? '').join(','));
      return `${[columns.join(','), ...rows].join('\n')}\n`;
    },
    /** A job with this file, started. */
    async begun(text: string, more: Partial<CreateUserImportJobCommandInput> = {}): Promise<string> {
      const { JobId, PreSignedUrl } = await pool.create(more);
      assert.equal((await put(PreSignedUrl, text)).status, 200);
      await pool.start(JobId);
      return JobId ?? assert.fail();
    },
    /** Waits until the job is as it should be. */
    async until(JobId: string, is: (job: UserImportJobType) => boolean, from = sdk) {
      for (;;) {
        const seen = await pool.describe(JobId, from);
        if (is(seen)) return seen;
        if (hasEnded(seen)) assert.fail(`the job has ended: ${JSON.stringify(seen)}`);
        await pause(5);
      }
    },
    async usernames(from = sdk): Promise<string[]> {
      const names: string[] = [];
      for await (const page of paginateListUsers({ client: from }, { UserPoolId }))
        for (const { Username } of page.Users ?? []) names.push(Username ?? '');
      return names;
    },
  };
  return pool;
}

export const hasEnded = ({ Status }: UserImportJobType) =>
  ['Succeeded', 'Failed', 'Stopped'].includes(Status ?? assert.fail());
export const countsOf = ({ ImportedUsers, SkippedUsers, FailedUsers }: UserImportJobType) => [
  ImportedUsers,
  SkippedUsers,
  FailedUsers,
];

/** Sends a file as the service's own guide says. */
export const put = (address: string | undefined, body: string) =>
  fetch(address ?? assert.fail(), {
    method: 'PUT',
    body,
    headers: { 'x-amz-server-side-encryption': 'aws:kms' },
  });

/** Somebody who can be imported. */
export function person(name: string, more: Record<string, string> = {}): Record<string, string> {
  return {
    'cognito:username': name,
    'cognito:mfa_enabled': 'FALSE',
    email: `${name}@example.com`,
    email_verified: 'TRUE',
    ...more,
  };
}
export const people = (count: number) => Array.from({ length: count }, (_, n) => person(`user${n}`));
