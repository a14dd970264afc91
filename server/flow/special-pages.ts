import type { Context } from 'koa';
import { type FlowAddress, originalQuery } from './links.ts';
import type { Offers } from './offers.ts';
import { PATHS } from './paths.ts';
import { present } from './present.ts';
import type { Visit } from './step.ts';
import { errorShown } from './steps/error.ts';
import type { Visits } from './visit.ts';

/** What is shown in place of a page when that cannot be: always with a way on. */
export interface SpecialPages {
  /** The sign-in was finished, waited too long, or was begun by another browser. */
  ended(ctx: Context): void;
  /** The post cannot be taken: 403 without the proof that the form is ours, 413 and 415 when it is no form. */
  refused(ctx: Context, status: number): void;
  /** An application's request that cannot be answered: status 400. */
  error(ctx: Context, code: string): void;
  /** The pool or the application does not offer what the page is for. */
  notOffered(visit: Visit, what: keyof Offers, status: number): void;
  /**
   * Leads on to an address that may lead out of here: a browser does not follow a form's answer to where
   * `form-action` does not allow it, and which providers there are is not told.
   */
  onward(visit: Visit, to: string): void;
  /** The same for a page that belongs to no sign-in. */
  leadOn(ctx: Context, to: string): void;
}

export function openSpecialPages(visits: Visits, address: FlowAddress): SpecialPages {
  return {
    ended(ctx) {
      const { t, frame } = visits.outside(ctx);
      const query = originalQuery(ctx.querystring);
      present(ctx, frame, 'ended', {
        heading: t.ended.heading,
        status: 400,
        again: query && `${address.mountPath}${PATHS['sign-in']}?${query}`,
      });
    },

    refused(ctx, status) {
      const { t, frame } = visits.outside(ctx);
      present(ctx, frame, 'refused', {
        heading: t.refused.heading,
        status,
        text: status === 403 ? t.refused.form : t.refused.size,
        again: ctx.url,
      });
    },

    error(ctx, code) {
      const { t, frame } = visits.outside(ctx);
      present(ctx, frame, 'error', errorShown(ctx, t, code));
    },

    onward(visit, to) {
      const { ctx, t } = visit;
      present(ctx, visits.frame(visit), 'onward', { heading: t.onward.heading, onward: to });
      ctx.set('refresh', `0; url=${to}`);
    },

    leadOn(ctx, to) {
      const { t, frame } = visits.outside(ctx);
      present(ctx, frame, 'onward', { heading: t.onward.heading, onward: to });
      ctx.set('refresh', `0; url=${to}`);
    },

    notOffered(visit, what, status) {
      const { ctx, t, offers, links } = visit;
      present(ctx, visits.frame(visit), 'not-offered', {
        ...t.notOffered[what],
        status,
        back: offers.signIn ? links['sign-in'] : undefined,
      });
    },
  };
}
