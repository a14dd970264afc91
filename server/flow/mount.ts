/**
 * Steps to HTTP: every page answers GET with its form and POST with what its rule said. Here are form parsing, the
 * proof that the form is ours, and "the same page again with a sentence".
 */
import type { Context } from 'koa';
import { limitRate } from '../accounts/limits/limit-rate.ts';
import { type Reason, Refusal } from '../errors.ts';
import type { HostedPages, InteractionBridge } from '../oidc/interaction.ts';
import type { Pool } from '../pool.ts';
import { advance } from './advance.ts';
import { serveAsset } from './assets.ts';
import { auditDone, auditRefused, auditSignedIn } from './audit-form.ts';
import { CSRF_FIELD, openCsrf } from './csrf.ts';
import { openDevicePages } from './device/open-device-pages.ts';
import { drawnChoices } from './federation/draw-choices.ts';
import { openLeave } from './federation/leave.ts';
import { openReturn } from './federation/return.ts';
import { showServiceProvider } from './federation/service-provider.ts';
import { openSignOut } from './federation/sign-out.ts';
import { type Endpoint, openTransactions } from './federation/transactions.ts';
import { describeField } from './fields.ts';
import { checkForm, readForm, UnreadableForm } from './form.ts';
import type { FlowAddress } from './links.ts';
import { imageSource, setPageHeaders } from './page-headers.ts';
import type { StepName } from './paths.ts';
import { present } from './present.ts';
import { type Notice, remember } from './remembered.ts';
import { openSendForm } from './send-form.ts';
import { type PageError, sentenceFor } from './sentences.ts';
import { openSignOutPages } from './sign-out-pages.ts';
import { openSpecialPages } from './special-pages.ts';
import type { Input, Outcome, Page, Step, Visit } from './step.ts';
import { PAGES, STEPS } from './steps/index.ts';
import { CATALOGUES, type Texts } from './texts/texts.ts';
import { clientAddress, openVisits } from './visit.ts';

export interface Flow {
  /** By page; each answers GET and POST at its path of `PATHS`, everything else with 405. */
  pages: Record<StepName, (ctx: Context) => Promise<void>>;
  /** Where providers send browsers back to: `/oauth2/idpresponse` and `/saml2/idpresponse`. */
  providerAnswer(endpoint: Endpoint): (ctx: Context) => Promise<void>;
  /** `/saml2/logout`: the provider has signed somebody out. */
  signedOutThere(ctx: Context): Promise<void>;
  /** `/saml2/metadata`: what the administrator of a SAML provider is told of us. */
  serviceProvider(ctx: Context): Promise<void>;
  /** Answers `GET <address>/assets/<name>`; leaves the 404 to the caller. */
  asset(ctx: Context, name: string): void;
  /** Pages of a sign-in on a device, by path; empty where devices do not sign in. */
  devicePages: ReadonlyMap<string, (ctx: Context) => Promise<void>>;
  /** What the OAuth endpoints show; an `error` is a code that the catalogue knows. */
  shown: HostedPages;
}

/** Refusals that have a page of their own instead of a sentence on the same one. */
const PAGE_OF_REFUSAL: Partial<Record<Reason, { page: StepName; notice: Notice }>> = {
  'password-reset-required': { page: 'forgot-password', notice: 'reset-required' },
  'attempt-expired': { page: 'sign-in', notice: 'start-again' },
};

/** RFC 9110 and RFC 6585: come again later. */
const STATUS_OF_REFUSAL: Partial<Record<Reason, number>> = { busy: 503, 'too-many-requests': 429 };

interface Failed {
  input: Input;
  errors: PageError[];
  status: number;
}

/** @param address where the pool's pages answer; links and cookies are made from it, never from a request */
export function openFlow(
  pool: Pool,
  bridge: InteractionBridge,
  address: FlowAddress,
  catalogues: Record<string, Texts> = CATALOGUES,
): Flow {
  const csrf = openCsrf(pool, address);
  const visits = openVisits(pool, bridge, address, catalogues);
  const special = openSpecialPages(visits, address);
  const transactions = openTransactions(pool, address);
  const signOut = openSignOut(pool, address, special);
  const leaveFor = openLeave({ bridge, special, address, transactions });

  /** The visit, when the person may be on this page now; otherwise the answer is given already. */
  async function enter(step: Step, ctx: Context): Promise<Visit | undefined> {
    const visit = await visits.open(ctx);
    if (!visit) {
      special.ended(ctx);
      return undefined;
    }
    // Whoever is asked what they allow may sign in as somebody else instead, who is asked in their turn.
    if (step.name === 'consent' && !visit.interaction.consent) {
      await goOn(visit);
      return undefined;
    }
    const needs = (ctx.method === 'GET' && step.shows) || step.needs;
    if (needs && !visit.offers[needs]) {
      special.notOffered(visit, needs, ctx.method === 'GET' ? 200 : 400);
      return undefined;
    }
    // Nobody reaches a later page by its address, or an earlier one again by going back (ATK-44).
    if (step.answers && visit.standing?.challenge.name !== step.answers) {
      await goOn(visit);
      return undefined;
    }
    return visit;
  }

  /** Leads someone whom this page is not for to where they stand; to sign-in when they may not go on from there. */
  async function goOn(visit: Visit): Promise<void> {
    try {
      await go(visit, { advance: true, notice: visit.standing ? undefined : 'start-again' });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      await go(visit, { to: 'sign-in', notice: 'start-again' });
    }
  }

  async function post(step: Step, ctx: Context): Promise<void> {
    const form = await readForm(ctx);
    if (!csrf.holds(ctx, form[CSRF_FIELD])) return special.refused(ctx, 403);
    const visit = await enter(step, ctx);
    if (!visit) return;
    const fields = step.fields(visit);
    const { input, errors } = checkForm(visit.t, fields, form);
    if (errors.length) return show(step, visit, { input, errors, status: 400 });
    let done = false;
    try {
      await limitRate(pool, 'user-authentication');
      const outcome = await step.submit(visit, input);
      auditDone(visit, step.name, outcome);
      done = true;
      await go(visit, outcome);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      auditRefused(visit, { page: step.name, done, reason: error.reason, input });
      ctx.state['log']?.info({ reason: error.reason, page: step.name }, 'a form was refused');
      const elsewhere = PAGE_OF_REFUSAL[error.reason];
      if (elsewhere && elsewhere.page !== step.name)
        return go(visit, { to: elsewhere.page, notice: elsewhere.notice, remember: pickUsername(input) });
      const status = STATUS_OF_REFUSAL[error.reason] ?? 400;
      const { retryAfter } = error.details;
      if (retryAfter !== undefined) ctx.set('retry-after', retryAfter);
      await show(step, visit, { input, errors: [sentenceFor(visit.t, error, fields)], status });
    }
  }

  /** Leads the browser on: to the page that comes next, or out with what the application waits for. */
  async function go(visit: Visit, outcome: Outcome): Promise<void> {
    const { ctx, interaction, links } = visit;
    const next = await advance(bridge, visit, outcome);
    setPageHeaders(ctx);
    if ('onward' in next) return special.onward(visit, next.onward);
    if ('leave' in next) {
      if (next.account !== undefined) auditSignedIn(visit, next.account);
      ctx.redirect(next.leave);
      ctx.status = 302;
      return;
    }
    const notice = outcome.notice && { page: next.page, name: outcome.notice };
    if (notice || outcome.remember) await remember(pool, interaction.uid, { ...outcome.remember, notice });
    ctx.redirect(links[next.page]);
    ctx.status = 303;
  }

  async function show(step: Step, visit: Visit, failed?: Failed): Promise<void> {
    const { ctx, t, remembered, links, offers, choices } = visit;
    const { notice } = remembered;
    const errors = failed?.errors ?? [];
    const errorAt = (name: string) => errors.find(({ field }) => field === name)?.text;
    const shown = await step.show(visit);
    present(ctx, visits.frame(visit), step.name, {
      username: undefined,
      ...shown,
      ...(failed && { status: failed.status, failed: true }),
      action: links[step.name],
      csrf: { name: CSRF_FIELD, value: csrf.token(ctx) },
      links,
      offers,
      choices: drawnChoices(t, choices, address),
      errors,
      notice: !failed && notice?.page === step.name ? t.notices[notice.name] : undefined,
      fields: step
        .fields(visit)
        .map((field) => describeField(field, failed && { ...failed, error: errorAt(field.name) })),
    });
    if (shown.image) imageSource(ctx, shown.image);
  }

  const serveStep = (step: Step) => async (ctx: Context) => {
    try {
      if (ctx.method === 'POST') await post(step, ctx);
      else if (ctx.method === 'GET') {
        const visit = await enter(step, ctx);
        const straight = visit && step.straight?.(visit);
        if (straight) await leaveFor(visit, straight);
        else if (visit) await show(step, visit);
      } else notAllowed(ctx, 'GET, POST');
    } catch (error) {
      if (!(error instanceof UnreadableForm)) throw error;
      special.refused(ctx, error.status);
    }
  };

  const servePage = (page: Page) => async (ctx: Context) => {
    if (ctx.method !== 'GET') return notAllowed(ctx, 'GET');
    const { t, frame } = visits.outside(ctx);
    present(ctx, frame, page.name, await page.show({ ctx, pool, t, address: clientAddress(ctx) }));
  };

  return {
    pages: Object.fromEntries([
      ...STEPS.map((step) => [step.name, serveStep(step)]),
      ...PAGES.map((page) => [page.name, servePage(page)]),
    ]) as Flow['pages'],
    providerAnswer: openReturn({ pool, bridge, address, visits, special, transactions, go }),
    signedOutThere: signOut.answered,
    serviceProvider: showServiceProvider(pool, address),
    asset: serveAsset,
    devicePages: openDevicePages({ pool, address, bridge, csrf, visits, special }),
    shown: {
      showError: async (ctx, { error }) => special.error(ctx, error),
      leaveThrough: signOut.leaveThrough,
      signOut: openSignOutPages(visits, csrf, address),
      sendForm: openSendForm(visits),
    },
  };
}

/** HEAD too: a probe must not begin, confirm or finish anything. */
function notAllowed(ctx: Context, allow: string): void {
  ctx.status = 405;
  ctx.set('allow', allow);
  ctx.body = '';
}

/** What was typed goes along to the page that asks for it again. */
function pickUsername({ username }: Input): { username: string } | undefined {
  return username ? { username } : undefined;
}
