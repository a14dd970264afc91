import type { InteractionBridge } from '../oidc/interaction.ts';
import { advance } from './advance.ts';
import { auditSignedIn } from './audit-form.ts';
import { setPageHeaders } from './page-headers.ts';
import { remember } from './remembered.ts';
import type { SpecialPages } from './special-pages.ts';
import type { Outcome, Visit } from './step.ts';

export interface Going {
  bridge: InteractionBridge;
  special: SpecialPages;
}

/**
 * Leads the browser on: to the page that comes next, or out with what the application waits for.
 * @throws Refusal as `advance` does
 */
export async function go({ bridge, special }: Going, visit: Visit, outcome: Outcome): Promise<void> {
  const { ctx, pool, interaction, links } = visit;
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
