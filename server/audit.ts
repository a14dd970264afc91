/**
 * What happened to people and settings, for those who must answer for it later: one line per event, always with the
 * same name for the same thing. Recorded at the doors (the JSON API, a form of the hosted pages, an OAuth endpoint),
 * where it is known who asked and how it ended; rules know nothing of it. An event holds ids and names of operations,
 * never what was typed: no password, code, token or attribute, and no user name, which may be an e-mail address.
 */
import type { Logger } from './log.ts';

/** Stable: alarms and searches are made with them. */
export type AuditEventName =
  /** A call of the JSON API or of the pool file; see `operation`. */
  | 'api-call'
  /** A command of the operator's, such as new signing keys; see `operation`. */
  | 'command'
  /** A sign-in through the pages that ended, in the application or with a refusal. */
  | 'sign-in'
  | 'sign-up'
  | 'sign-up-confirmation'
  | 'code-resend'
  | 'password-reset-request'
  | 'password-reset'
  /** A temporary password was replaced. */
  | 'password-change'
  /** The token endpoint; see `grant`. */
  | 'token-issue'
  | 'token-revocation'
  /** The hosted session was ended at `/logout`. */
  | 'sign-out';

export interface AuditEvent {
  event: AuditEventName;
  /** `failed` is a fault of ours or of a store; the log has its cause under the request id. */
  outcome: 'success' | 'refused' | 'failed';
  /** Why not: a reason of `errors.ts`, a code of the API or of OAuth. */
  reason?: string;
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
  /** What the call was about, besides pool and client: a domain, a resource server, an ARN. */
  target?: string;
  /** Of a `token-issue`. */
  grant?: string;
}

/** Where an event came from. */
export interface AuditOrigin {
  requestId: string;
  address?: string;
}

export type Audit = (event: AuditEvent & AuditOrigin) => void;

/** @param observers are told every event too; they count */
export function openAudit(log: Logger, ...observers: ((event: AuditEvent) => void)[]): Audit {
  return (event) => {
    for (const observe of observers) observe(event);
    log.info(event, 'audit');
  };
}

interface RequestState {
  state: Record<string, unknown>;
}

/** Gives the request its own way to record, which knows where the request came from. */
export function auditRequest({ state }: RequestState, audit: Audit, origin: AuditOrigin): void {
  state['audit'] = (event: AuditEvent) => audit({ ...event, ...origin });
}

/** Records an event of the request; where nobody listens, as in tests of a single room, it does nothing. */
export function record({ state }: RequestState, event: AuditEvent): void {
  (state['audit'] as ((event: AuditEvent) => void) | undefined)?.(event);
}
