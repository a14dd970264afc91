import { type AuditEvent, type AuditEventName, record } from '../audit.ts';
import type { StepName } from './paths.ts';
import type { Outcome, Visit } from './step.ts';

/** What is on record when a form was posted, by the page that it is on. Signing in is, once it has ended. */
const EVENTS: Partial<Record<StepName, AuditEventName>> = {
  'sign-up': 'sign-up',
  'confirm-sign-up': 'sign-up-confirmation',
  'resend-code': 'code-resend',
  'forgot-password': 'password-reset-request',
  'reset-password': 'password-reset',
  'new-password': 'password-change',
};

/** The page's rule did what was asked. */
export function auditDone(visit: Visit, page: StepName, { account, notice }: Outcome): void {
  const event = EVENTS[page];
  // The form without a code only asks whether somebody else has confirmed the account by now.
  if (!event || notice === 'not-confirmed') return;
  write(visit, event, { outcome: 'success', account: account ?? visit.standing?.account.id });
}

/** A rule refused: the page's own, or, when that had done its part, the one that ends a sign-in. */
export function auditRefused(visit: Visit, page: StepName, done: boolean, reason: string): void {
  const event = (!done && EVENTS[page]) || 'sign-in';
  write(visit, event, { outcome: 'refused', reason, account: visit.standing?.account.id });
}

/** The person is on the way back to the application. */
export function auditSignedIn(visit: Visit, account: string): void {
  write(visit, 'sign-in', { outcome: 'success', account });
}

function write(
  { ctx, pool, client }: Visit,
  event: AuditEventName,
  what: Pick<AuditEvent, 'outcome' | 'reason' | 'account'>,
): void {
  record(ctx, { event, pool: pool.id, client: client.id, ...what });
}
