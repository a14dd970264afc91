import type { UserImportJobType } from '@aws-sdk/client-cognito-identity-provider';
import { type StoredJob, statusOf } from '../imports/job.ts';
import { uploadAddress } from '../imports/upload-address.ts';
import type { Service } from './operation.ts';

/** A job as the operations about imports show it. */
export function importJobShape(
  service: Pick<Service, 'vault' | 'settings' | 'clock'>,
  job: StoredJob,
): UserImportJobType {
  const { record } = job;
  const date = (at: number | undefined) => (at === undefined ? undefined : new Date(at));
  return {
    JobName: record.name,
    JobId: job.id,
    UserPoolId: job.pool,
    PreSignedUrl: uploadAddress(service, job),
    CreationDate: new Date(job.createdAt),
    StartDate: date(record.startedAt),
    CompletionDate: date(record.completedAt),
    Status: statusOf(job, service.clock.now()),
    CloudWatchLogsRoleArn: record.logsRoleArn,
    ImportedUsers: record.imported,
    SkippedUsers: record.skipped,
    FailedUsers: record.failed,
    CompletionMessage: record.message,
    PasswordHashingAlgorithm: record.hashing,
  };
}
