import type {
  StartUserImportJobCommandInput,
  StartUserImportJobCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { startJob } from '../../imports/start-job.ts';
import { importJobShape } from '../import-shape.ts';
import type { Operation } from '../operation.ts';

export const startUserImportJob: Operation<StartUserImportJobCommandInput, StartUserImportJobCommandOutput> =
  {
    name: 'StartUserImportJob',
    access: 'signed',
    async run(service, { UserPoolId, JobId }) {
      return { UserImportJob: importJobShape(service, await startJob(service, UserPoolId, JobId)) };
    },
  };
