/**
 * Steps to HTTP: every page answers GET with its form (`show-step.ts`) and POST with what its rule said (`post-step.ts`),
 * to whoever may be there now (`enter-step.ts`). Here all that the hosted pages are made of is put together.
 */
import type { Context } from 'koa';
import { addressOf } from '../audit.ts';
import type { HostedPages, InteractionBridge } from '../oidc/interaction.ts';
import type { Pool } from '../pool.ts';
import { serveAsset } from './assets.ts';
import { openCsrf } from './csrf.ts';
import { openDevicePages } from './device/open-device-pages.ts';
import { enterStep } from './enter-step.ts';
import { type Leave, openLeave } from './federation/leave.ts';
import { openReturn } from './federation/return.ts';
import { showServiceProvider } from './federation/service-provider.ts';
import { openSignOut } from './federation/sign-out.ts';
import { type Endpoint, openTransactions } from './federation/transactions.ts';
import { UnreadableForm } from './form.ts';
import type { FlowAddress } from './links.ts';
import { notAllowed } from './not-allowed.ts';
import type { StepName } from './paths.ts';
import { postStep, type Serving } from './post-step.ts';
import { present } from './present.ts';
import { openSendForm } from './send-form.ts';
import { showStep } from './show-step.ts';
import { openSignOutPages } from './sign-out-pages.ts';
import { openSpecialPages } from './special-pages.ts';
import type { Page, Step } from './step.ts';
import { PAGES, STEPS } from './steps/index.ts';
import { CATALOGUES, type Texts } from './texts/texts.ts';
import { openVisits } from './visit.ts';

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

type Handler = (ctx: Context) => Promise<void>;

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
  const serving = { pool, bridge, address, csrf, visits, special };
  const leave = openLeave({ bridge, special, address, transactions });
  return {
    pages: Object.fromEntries([
      ...STEPS.map((step) => [step.name, serveStep(serving, leave, step)]),
      ...PAGES.map((page) => [page.name, servePage(serving, page)]),
    ]) as Flow['pages'],
    providerAnswer: openReturn({ pool, bridge, address, visits, special, transactions }),
    signedOutThere: signOut.answered,
    serviceProvider: showServiceProvider(pool, address),
    asset: serveAsset,
    devicePages: openDevicePages(serving),
    shown: {
      showError: async (ctx, { error }) => special.error(ctx, error),
      leaveThrough: signOut.leaveThrough,
      signOut: openSignOutPages(visits, csrf, address),
      sendForm: openSendForm(visits),
    },
  };
}

const serveStep =
  (at: Serving, leave: Leave, step: Step): Handler =>
  async (ctx) => {
    try {
      if (ctx.method === 'POST') await postStep(at, step, ctx);
      else if (ctx.method === 'GET') {
        const visit = await enterStep(at, step, ctx);
        const straight = visit && step.straight?.(visit);
        if (straight) await leave(visit, straight);
        else if (visit) await showStep(at, step, visit);
      } else notAllowed(ctx, 'GET, POST');
    } catch (error) {
      if (!(error instanceof UnreadableForm)) throw error;
      at.special.refused(ctx, error.status);
    }
  };

const servePage =
  ({ pool, visits }: Serving, page: Page): Handler =>
  async (ctx) => {
    if (ctx.method !== 'GET') return notAllowed(ctx, 'GET');
    const { t, frame } = visits.outside(ctx);
    present(ctx, frame, page.name, await page.show({ ctx, pool, t, address: addressOf(ctx) }));
  };
