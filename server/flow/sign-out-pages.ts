/** What a person sees while they sign out of a pool whose applications must not do that for them unasked. */
import type { SignOutPages } from '../oidc/interaction.ts';
import { CSRF_FIELD, type Csrf } from './csrf.ts';
import type { FlowAddress } from './links.ts';
import { frameSources } from './page-headers.ts';
import { present } from './present.ts';
import { say } from './texts/texts.ts';
import type { Visits } from './visit.ts';

const ANSWER_FIELD = 'answer';
/** Seconds that the frames have to end their sessions before the browser goes on. */
const FRAMES_SECONDS = 2;

export function openSignOutPages(visits: Visits, csrf: Csrf, address: FlowAddress): SignOutPages {
  return {
    ask(ctx, { application, query }) {
      const { t, frame } = visits.outside(ctx);
      present(ctx, frame, 'sign-out', {
        heading: t.signOut.heading,
        text: application ? say(t.signOut.asked, { application }) : t.signOut.question,
        action: `${address.mountPath}/logout`,
        csrf: { name: CSRF_FIELD, value: csrf.token(ctx) },
        answer: ANSWER_FIELD,
        carried: [...new URLSearchParams(query)],
      });
    },

    answer(ctx, form) {
      const fields = new URLSearchParams(form);
      const answer = fields.get(ANSWER_FIELD);
      if (!csrf.holds(ctx, fields.get(CSRF_FIELD) ?? undefined)) return undefined;
      if (answer !== 'leave' && answer !== 'stay') return undefined;
      fields.delete(ANSWER_FIELD);
      fields.delete(CSRF_FIELD);
      return { answer, query: fields.toString() };
    },

    stayed(ctx) {
      const { t, frame } = visits.outside(ctx);
      present(ctx, frame, 'stayed', { heading: t.signOut.stayed, text: t.signOut.stayedNext });
    },

    leaveElsewhere(ctx, { frames, to }) {
      const { t, frame } = visits.outside(ctx);
      const heading = t.signOut.leaving;
      if (frames.length === 0) {
        present(ctx, frame, 'onward', { heading, onward: to });
        ctx.set('refresh', `0; url=${to}`);
        return;
      }
      present(ctx, frame, 'leave-elsewhere', { heading, text: t.signOut.leavingText, frames, onward: to });
      frameSources(ctx, frames);
      ctx.set('refresh', `${FRAMES_SECONDS}; url=${to}`);
    },
  };
}
