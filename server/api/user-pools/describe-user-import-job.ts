import type {
  DescribeUserImportJobCommandInput,
  DescribeUserImportJobCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { findPool } from '../../configuration/find-pool.ts';
import { findJob } from '../../imports/job.ts';
import { importJobShape } from '../import-shape.ts';
import type { Operation } from '../operation.ts';

export const describeUserImportJob: Operation<
  DescribeUserImportJobCommandInput,
  DescribeUserImportJobCommandOutput
> = {
  name: 'DescribeUserImportJob',
  access: 'signed',
  async run(service, { UserPoolId, JobId }) {
    await findPool(service.directory, UserPoolId);
    return { UserImportJob: importJobShape(service, await findJob(service, UserPoolId, JobId)) };
  },
};
