/** What a page's form does: the form checked, its rule asked, and then on to what comes, or the same page again with a sentence. */
import type { Context } from 'koa';
import { limitRate } from '../accounts/limits/limit-rate.ts';
import { type Reason, Refusal } from '../errors.ts';
import type { Pool } from '../pool.ts';
import { auditDone, auditRefused } from './audit-form.ts';
import { CSRF_FIELD } from './csrf.ts';
import { type Entering, enterStep } from './enter-step.ts';
import { checkForm, readForm } from './form.ts';
import { go } from './go.ts';
import type { StepName } from './paths.ts';
import type { Notice } from './remembered.ts';
import { sentenceFor } from './sentences.ts';
import { type Showing, showStep } from './show-step.ts';
import type { Input, Step, Visit } from './step.ts';

/** What the steps of a pool are served with. */
export interface Serving extends Entering, Showing {
  pool: Pool;
}

/** Refusals that have a page of their own instead of a sentence on the same one. */
const PAGE_OF_REFUSAL: Partial<Record<Reason, { page: StepName; notice: Notice }>> = {
  'password-reset-required': { page: 'forgot-password', notice: 'reset-required' },
  'attempt-expired': { page: 'sign-in', notice: 'start-again' },
};

/** RFC 9110 and RFC 6585: come again later. */
const STATUS_OF_REFUSAL: Partial<Record<Reason, number>> = { busy: 503, 'too-many-requests': 429 };

/** @throws UnreadableForm */
export async function postStep(at: Serving, step: Step, ctx: Context): Promise<void> {
  const form = await readForm(ctx);
  if (!at.csrf.holds(ctx, form[CSRF_FIELD])) return at.special.refused(ctx, 403);
  const visit = await enterStep(at, step, ctx);
  if (!visit) return;
  const { input, errors } = checkForm(visit.t, step.fields(visit), form);
  if (errors.length) return showStep(at, step, visit, { input, errors, status: 400 });
  let done = false;
  try {
    await limitRate(at.pool, 'user-authentication');
    const outcome = await step.submit(visit, input);
    auditDone(visit, step.name, outcome);
    done = true;
    await go(at, visit, outcome);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    auditRefused(visit, { page: step.name, done, reason: error.reason, input });
    await answerRefusal(at, step, visit, input, error);
  }
}

async function answerRefusal(
  at: Serving,
  step: Step,
  visit: Visit,
  input: Input,
  refusal: Refusal,
): Promise<void> {
  const { ctx, t } = visit;
  ctx.state['log']?.info({ reason: refusal.reason, page: step.name }, 'a form was refused');
  const elsewhere = PAGE_OF_REFUSAL[refusal.reason];
  if (elsewhere && elsewhere.page !== step.name)
    return go(at, visit, { to: elsewhere.page, notice: elsewhere.notice, remember: pickUsername(input) });
  const status = STATUS_OF_REFUSAL[refusal.reason] ?? 400;
  const { retryAfter } = refusal.details;
  if (retryAfter !== undefined) ctx.set('retry-after', retryAfter);
  const errors = [sentenceFor(t, refusal, step.fields(visit))];
  await showStep(at, step, visit, { input, errors, status });
}

/** What was typed goes along to the page that asks for it again. */
function pickUsername({ username }: Input): { username: string } | undefined {
  return username ? { username } : undefined;
}
