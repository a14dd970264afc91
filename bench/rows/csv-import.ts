import { setTimeout as pause } from 'node:timers/promises';
import {
  CognitoIdentityProviderClient,
  CreateUserImportJobCommand,
  DescribeUserImportJobCommand,
  GetCSVHeaderCommand,
  StartUserImportJobCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { cpuMs } from '../processes.ts';
import type { Row } from '../result.ts';
import type { Target } from '../scene.ts';

const POLL_MS = 10;
let imported = 0;

/** People brought in from a file: from the start of the job to its end. */
export const csvImport: Row = {
  name: 'csv-import',
  about: 'people brought in from a CSV file',
  async run(bench) {
    const { target, processes } = await bench.newFoyer(1);
    const api = clientOf(target);
    const rows = Math.ceil(bench.options.accounts / 40);
    const pids = processes.map(({ pid }) => pid);
    const job = await upload(api, target, rows);
    const [before, start] = [cpuMs(pids), performance.now()];
    await api.send(new StartUserImportJobCommand(job));
    const made = await untilEnded(api, job);
    const seconds = (performance.now() - start) / 1000;
    if (made !== rows) throw new Error(`${made} of ${rows} people were imported`);
    return [
      {
        title: `csv-import: ${csvImport.about}, ${rows} rows`,
        lines: [],
        figures: [
          { name: 'rows per second', value: rows / seconds },
          { name: 'server CPU of a row', unit: 'ms', value: (cpuMs(pids) - before) / rows },
        ],
      },
    ];
  },
};

interface Job {
  UserPoolId: string | undefined;
  JobId: string | undefined;
}

function clientOf({ origin, accessKey }: Target): CognitoIdentityProviderClient {
  const { id = '', secret = '' } = accessKey ?? {};
  return new CognitoIdentityProviderClient({
    region: 'us-east-1',
    endpoint: origin,
    credentials: { accessKeyId: id, secretAccessKey: secret },
    maxAttempts: 1,
  });
}

async function upload(
  api: CognitoIdentityProviderClient,
  { userPool: UserPoolId }: Target,
  rows: number,
): Promise<Job> {
  const { CSVHeader = [] } = await api.send(new GetCSVHeaderCommand({ UserPoolId }));
  const { UserImportJob } = await api.send(
    new CreateUserImportJobCommand({
      UserPoolId,
      JobName: 'bench',
      CloudWatchLogsRoleArn: 'arn:aws:iam::123456789012:role/Bench',
    }),
  );
  const answer = await fetch(UserImportJob?.PreSignedUrl ?? '', {
    method: 'PUT',
    body: fileOf(CSVHeader, rows),
    headers: { 'x-amz-server-side-encryption': 'aws:kms' },
  });
  if (answer.status !== 200) throw new Error(`The file was not taken: ${answer.status}`);
  return { UserPoolId, JobId: UserImportJob?.JobId };
}

function fileOf(columns: string[], rows: number): string {
  const lines = Array.from({ length: rows }, () => {
    const email = `imported-${++imported}@example.com`;
    const row: Record<string, string> = {
      'cognito:username': email,
      'cognito:mfa_enabled': 'FALSE',
      email,
      email_verified: 'TRUE',
    };
    return columns.map((name) => row[name] ?? '').join(',');
  });
  return `${[columns.join(','), ...lines].join('\n')}\n`;
}

async function untilEnded(api: CognitoIdentityProviderClient, job: Job): Promise<number | undefined> {
  for (;;) {
    const { UserImportJob } = await api.send(new DescribeUserImportJobCommand(job));
    if (['Succeeded', 'Failed', 'Stopped'].includes(UserImportJob?.Status ?? ''))
      return UserImportJob?.ImportedUsers;
    await pause(POLL_MS);
  }
}
