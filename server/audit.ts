/**
 * What happened to people and settings, for those who must answer for it later: one entry per event, always with the
 * same name for the same thing. Recorded at the doors (the JSON API, a form of the hosted pages, an OAuth endpoint),
 * where it is known who asked and how it ended; rules know nothing of it. An event holds ids, names of operations and
 * settings, never what was typed: no password, code, token or attribute, and no user name, which may be an e-mail address.
 */
import type { IncomingMessage } from 'node:http';
import { type AuditPlace, auditEntry } from './audit-entry.ts';
import { type Logger, writeLine } from './log.ts';

/** Stable: alarms and searches are made with them. */
export type AuditEventName =
  /** A call of the JSON API or of the pool file; see `operation`. */
  | 'api-call'
  /** A file was sent for an import job. */
  | 'import-upload'
  /** A command of the operator's, such as new signing keys; see `operation`. */
  | 'command'
  /** A sign-in through the pages that ended, in the application or with a refusal. */
  | 'sign-in'
  /** The hosted session let someone into an application who saw no page. */
  | 'single-sign-on'
  | 'sign-up'
  | 'sign-up-confirmation'
  | 'code-resend'
  | 'password-reset-request'
  | 'password-reset'
  /** Somebody who signed in allowed a device without a browser to sign in as them, or did not. */
  | 'device-sign-in'
  /** A client registered itself or changed its registration, or tried to. */
  | 'client-registration'
  /** A client deleted itself. */
  | 'client-deregistration'
  /** A temporary password was replaced. */
  | 'password-change'
  /** Somebody was asked what an application may have: allowed (`success`), or `refused`. */
  | 'consent'
  /** The token endpoint; see `grant`. */
  | 'token-issue'
  | 'token-revocation'
  /** The hosted session was ended at `/logout`. */
  | 'sign-out';

export interface AuditEvent {
  event: AuditEventName;
  /** `failed` is a fault of ours or of a store; the log has its cause under the request id. */
  outcome: 'success' | 'refused' | 'failed';
  /** Why not: a reason of `errors.ts`, a code of the API or of OAuth; and the text that the caller was told. */
  reason?: string;
  message?: string;
  /** Ids. `account` is the `sub`. */
  pool?: string;
  client?: string;
  account?: string;
  /** Of an `api-call` or a `command`. */
  operation?: string;
  /** The access key of a signed call; `process` for the pool file. */
  accessKey?: string;
  /** It changes nothing. */
  readOnly?: boolean;
  /** What an `api-call` or a `command` was given and answered, with everything secret hidden already. */
  call?: { region?: string; parameters?: unknown; elements?: unknown };
  /** Of a `token-issue`. */
  grant?: string;
}

/** Where an event came from. */
export interface AuditOrigin {
  requestId: string;
  address?: string;
  userAgent?: string;
}

export type Audit = (event: AuditEvent & AuditOrigin) => void;

/** What `auditedEvents: 'configuration'` writes: the operations that the service's own documentation lists. */
const CONFIGURATION: ReadonlySet<string | undefined> = new Set([
  'AddCustomAttributes',
  'CreateUserImportJob',
  'CreateUserPool',
  'CreateUserPoolClient',
  'DeleteUserPool',
  'DeleteUserPoolClient',
  'DescribeUserImportJob',
  'DescribeUserPool',
  'DescribeUserPoolClient',
  'GetCSVHeader',
  'ListUserImportJobs',
  'ListUserPoolClients',
  'ListUserPools',
  'StartUserImportJob',
  'StopUserImportJob',
  'UpdateUserPool',
  'UpdateUserPoolClient',
]);

export interface AuditSettings extends AuditPlace {
  /** `configuration` writes calls about pools, clients and imports alone, and the operator's commands. */
  auditedEvents: 'all' | 'configuration';
}

/** @param observers are told every event, written or not; they count */
export function openAudit(
  log: Logger,
  settings: AuditSettings,
  ...observers: ((event: AuditEvent) => void)[]
): Audit {
  const everything = settings.auditedEvents === 'all';
  return (event) => {
    for (const observe of observers) observe(event);
    if (everything || event.event === 'command' || CONFIGURATION.has(event.operation))
      writeLine(log, auditEntry(event, settings, Date.now()), 'audit');
  };
}

/** Characters of what a client calls itself; some send a page. */
const LONGEST_AGENT = 256;

export function userAgentOf({ headers }: IncomingMessage): string | undefined {
  return headers['user-agent']?.slice(0, LONGEST_AGENT);
}

interface RequestState {
  state: Record<string, unknown>;
}

/** The client's, as `request.ts` learnt it from the connection or a trusted proxy. */
export function addressOf({ state }: RequestState): string | undefined {
  return (state['origin'] as { address: string } | undefined)?.address;
}

interface Recorder {
  audit: Audit;
  origin: AuditOrigin;
}

/** Gives the request its own way to record, which knows where the request came from. */
export function auditRequest({ state }: RequestState, audit: Audit, origin: AuditOrigin): void {
  state['audit'] = { audit, origin } satisfies Recorder;
}

/** Records an event of the request; where nobody listens, as in tests of a single room, it does nothing. */
export function record({ state }: RequestState, event: AuditEvent): void {
  const recorder = state['audit'] as Recorder | undefined;
  recorder?.audit({ ...event, ...recorder.origin });
}
