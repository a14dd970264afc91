import type {
  GetCSVHeaderCommandInput,
  GetCSVHeaderCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { findPool } from '../../configuration/find-pool.ts';
import { columnsOf } from '../../imports/file/columns.ts';
import type { Operation } from '../operation.ts';

export const getCsvHeader: Operation<GetCSVHeaderCommandInput, GetCSVHeaderCommandOutput> = {
  name: 'GetCSVHeader',
  access: 'signed',
  async run({ directory }, { UserPoolId }) {
    const { record } = await findPool(directory, UserPoolId);
    return { UserPoolId, CSVHeader: columnsOf(record.settings) };
  },
};
