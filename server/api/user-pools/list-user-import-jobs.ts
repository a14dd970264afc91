import type {
  ListUserImportJobsCommandInput,
  ListUserImportJobsCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { findPool } from '../../configuration/find-pool.ts';
import { importJobShape } from '../import-shape.ts';
import type { Operation } from '../operation.ts';
import { openPageToken, sealPageToken } from '../page-token.ts';

export const listUserImportJobs: Operation<ListUserImportJobsCommandInput, ListUserImportJobsCommandOutput> =
  {
    name: 'ListUserImportJobs',
    access: 'signed',
    async run(service, { UserPoolId, MaxResults, PaginationToken }) {
      await findPool(service.directory, UserPoolId);
      const list = `ListUserImportJobs/${UserPoolId}`;
      const page = await service.directory.forPool(UserPoolId).list('import-job', {
        limit: MaxResults,
        cursor: openPageToken(service, list, PaginationToken),
      });
      return {
        UserImportJobs: page.items.map((job) => importJobShape(service, job)),
        PaginationToken: sealPageToken(service, list, page.cursor),
      };
    },
  };
