import type {
  StopUserImportJobCommandInput,
  StopUserImportJobCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { stopJob } from '../../imports/stop-job.ts';
import { importJobShape } from '../import-shape.ts';
import type { Operation } from '../operation.ts';

export const stopUserImportJob: Operation<StopUserImportJobCommandInput, StopUserImportJobCommandOutput> = {
  name: 'StopUserImportJob',
  access: 'signed',
  async run(service, { UserPoolId, JobId }) {
    return { UserImportJob: importJobShape(service, await stopJob(service, UserPoolId, JobId)) };
  },
};
