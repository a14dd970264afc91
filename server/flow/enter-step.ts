import type { Context } from 'koa';
import { Refusal } from '../errors.ts';
import { type Going, go } from './go.ts';
import type { Step, Visit } from './step.ts';
import type { Visits } from './visit.ts';

export interface Entering extends Going {
  visits: Visits;
}

/** The visit, when the person may be on this page now; otherwise the answer is given already. */
export async function enterStep(at: Entering, step: Step, ctx: Context): Promise<Visit | undefined> {
  const { special } = at;
  const visit = await at.visits.open(ctx);
  if (!visit) {
    special.ended(ctx);
    return undefined;
  }
  // Whoever is asked what they allow may sign in as somebody else instead, who is asked in their turn.
  if (step.name === 'consent' && !visit.interaction.consent) {
    await goOn(at, visit);
    return undefined;
  }
  const needs = (ctx.method === 'GET' && step.shows) || step.needs;
  if (needs && !visit.offers[needs]) {
    special.notOffered(visit, needs, ctx.method === 'GET' ? 200 : 400);
    return undefined;
  }
  // Nobody reaches a later page by its address, or an earlier one again by going back (ATK-44).
  if (step.answers && visit.standing?.challenge.name !== step.answers) {
    await goOn(at, visit);
    return undefined;
  }
  return visit;
}

/** Leads someone whom this page is not for to where they stand; to sign-in when they may not go on from there. */
async function goOn(at: Going, visit: Visit): Promise<void> {
  try {
    await go(at, visit, { advance: true, notice: visit.standing ? undefined : 'start-again' });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    await go(at, visit, { to: 'sign-in', notice: 'start-again' });
  }
}
