import { findAccount } from '../accounts/find-account.ts';
import { type AuditEvent, type AuditEventName, record } from '../audit.ts';
import type { Reason } from '../errors.ts';
import type { StepName } from './paths.ts';
import type { Input, Outcome, Visit } from './step.ts';

/** What is on record when a form was posted, by the page that it is on. Signing in is, once it has ended. */
const EVENTS: Partial<Record<StepName, AuditEventName>> = {
  'sign-up': 'sign-up',
  'confirm-sign-up': 'sign-up-confirmation',
  'resend-code': 'code-resend',
  'forgot-password': 'password-reset-request',
  'reset-password': 'password-reset',
  'new-password': 'password-change',
  consent: 'consent',
};

/** The page's rule did what was asked. */
export function auditDone(visit: Visit, page: StepName, outcome: Outcome): void {
  const { account, notice } = outcome;
  const event = EVENTS[page];
  // The form without a code only asks whether somebody else has confirmed the account by now.
  if (!event || notice === 'not-confirmed') return;
  const refused = 'consent' in outcome && outcome.consent === 'refused';
  write(visit, event, {
    ...(refused ? { outcome: 'refused', reason: 'access_denied' } : { outcome: 'success' }),
    account: account ?? visit.standing?.account.id,
  });
}

/** What is refused before anybody is looked at, and may come as a flood. */
const UNSEEN: readonly Reason[] = ['busy', 'too-many-requests'];

/** Where the form was posted, whether the page's rule had done its part, and what was refused then. */
interface Refused {
  page: StepName;
  done: boolean;
  reason: Reason;
  input: Input;
}

/**
 * A rule refused: the page's own, or the one that ends a sign-in. Whose account was tried is looked for beside the
 * answer, which must take as long for a name without an account as for one with it (ATK-47).
 */
export function auditRefused(visit: Visit, { page, done, reason, input: { username } }: Refused): void {
  const event = (!done && EVENTS[page]) || 'sign-in';
  const told = (account?: string) => write(visit, event, { outcome: 'refused', reason, account });
  const known = visit.standing?.account.id;
  if (known || !username || event === 'sign-up' || UNSEEN.includes(reason)) told(known);
  else
    findAccount(visit.pool, username).then(
      (account) => told(account?.id),
      () => told(),
    );
}

/** The person is on the way back to the application. */
export function auditSignedIn(visit: Visit, account: string): void {
  write(visit, 'sign-in', { outcome: 'success', account });
}

/** Somebody came back from a provider outside, and nobody was signed in. */
export function auditProviderRefused(visit: Visit, reason: string, failed: boolean): void {
  record(visit.ctx, {
    event: 'sign-in',
    outcome: failed ? 'failed' : 'refused',
    reason,
    pool: visit.pool.id,
    client: visit.client.id,
  });
}

function write(
  { ctx, pool, client }: Visit,
  event: AuditEventName,
  what: Pick<AuditEvent, 'outcome' | 'reason' | 'account'>,
): void {
  record(ctx, { event, pool: pool.id, client: client.id, ...what });
}
