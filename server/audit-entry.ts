/** An event of the audit -> the line that is written: an entry in the form of the service's own log, version 1.08. */
import { randomUUID } from 'node:crypto';
import type { AuditEvent, AuditOrigin } from './audit.ts';
import { REASONS } from './errors.ts';

/** What an entry says of the installation. */
export interface AuditPlace {
  region: string;
  accountId: string;
}

/** Stands for the address of a call that the process itself makes. */
const PROCESS = 'foyer';

/** Every member is in every entry, `null` where there is nothing to say; but for those of errors, as the form has it. */
export function auditEntry(event: AuditEvent & AuditOrigin, place: AuditPlace, now: number) {
  const { outcome, operation, pool, client, account, call, reason, grant } = event;
  const message = event.message ?? textOf(reason);
  const fromProcess = event.accessKey === 'process';
  return {
    eventVersion: '1.08',
    userIdentity: identityOf(event, place),
    eventTime: `${new Date(now).toISOString().slice(0, 'yyyy-mm-ddThh:mm:ss'.length)}Z`,
    eventSource: 'cognito-idp.amazonaws.com',
    eventName: operation ?? event.event,
    awsRegion: call?.region ?? pool?.split('_')[0] ?? place.region,
    sourceIPAddress: event.address ?? (fromProcess ? PROCESS : null),
    userAgent: event.userAgent ?? (fromProcess ? PROCESS : null),
    errorCode: outcome === 'success' ? undefined : (reason ?? 'InternalErrorException'),
    errorMessage: outcome === 'success' ? undefined : message,
    requestParameters: call?.parameters ?? (grant === undefined ? null : { grantType: grant }),
    responseElements: call?.elements ?? null,
    additionalEventData: { userPoolId: pool, clientId: client, sub: account },
    requestID: event.requestId,
    eventID: randomUUID(),
    readOnly: event.readOnly ?? false,
    eventType: event.event === 'api-call' ? 'AwsApiCall' : 'AwsServiceEvent',
    managementEvent: true,
    eventCategory: 'Management',
    recipientAccountId: place.accountId,
    outcome,
  };
}

/** What the API tells for a reason; undefined where it says more than the reason does, which may be what was sent. */
function textOf(reason = ''): string | undefined {
  const [, text] = Object.hasOwn(REASONS, reason) ? REASONS[reason as keyof typeof REASONS] : [];
  return text?.includes('{') ? undefined : text;
}

/** Access keys are the users of an installation; who signs nothing is nobody that we know. */
function identityOf({ accessKey }: AuditEvent, { accountId }: AuditPlace) {
  if (accessKey === undefined) return { type: 'Unknown', principalId: 'Anonymous' };
  if (accessKey === 'process') return { type: 'AWSService', invokedBy: PROCESS };
  return {
    type: 'IAMUser',
    principalId: accessKey,
    arn: `arn:aws:iam::${accountId}:user/${accessKey}`,
    accountId,
    accessKeyId: accessKey,
    userName: accessKey,
  };
}
