import type {
  CreateUserImportJobCommandInput,
  CreateUserImportJobCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { createJob } from '../../imports/create-job.ts';
import { importJobShape } from '../import-shape.ts';
import type { Operation } from '../operation.ts';

export const createUserImportJob: Operation<
  CreateUserImportJobCommandInput,
  CreateUserImportJobCommandOutput
> = {
  name: 'CreateUserImportJob',
  access: 'signed',
  async run(service, { UserPoolId, JobName, CloudWatchLogsRoleArn, PasswordHashingAlgorithm }) {
    const job = await createJob(service, UserPoolId, {
      name: JobName,
      logsRoleArn: CloudWatchLogsRoleArn,
      hashing: PasswordHashingAlgorithm,
    });
    return { UserImportJob: importJobShape(service, job) };
  },
};
