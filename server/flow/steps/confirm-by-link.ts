import { createHash } from 'node:crypto';
import { confirmSignUp } from '../../accounts/sign-up/confirm-sign-up.ts';
import { record } from '../../audit.ts';
import { findClient } from '../../configuration/find-client.ts';
import { Refusal } from '../../errors.ts';
import type { Page, PageVisit } from '../step.ts';

const KIND = 'opened-link';
const OPENED_MS = 24 * 60 * 60 * 1000;

/**
 * The link of a confirmation message (spec 05, 2.5): opens in any browser, so it belongs to no interaction.
 * Programs that scan mail open links before people do; the same link therefore goes on saying yes for a day.
 */
export const confirmByLink: Page = {
  name: 'confirm-by-link',
  async show(visit) {
    const { t, ctx } = visit;
    const failed = { heading: t.linkFailed.heading, failed: true };
    try {
      if (await confirmed(visit)) return { heading: t.linkConfirmed.heading, next: t.linkConfirmed.next };
    } catch (error) {
      if (!isTooMany(error)) throw error;
      ctx.set('retry-after', error.details['retryAfter'] ?? '1');
      return { ...failed, next: t.sentences['too-many-requests'], status: 429 };
    }
    return { ...failed, next: t.linkFailed.next, status: 400 };
  },
};

/** Said of an address or a whole pool, whatever the link is: it tells nothing about an account. */
function isTooMany(error: unknown): error is Refusal {
  return error instanceof Refusal && error.reason === 'too-many-requests';
}

/** @throws Refusal `too-many-requests` */
async function confirmed({ ctx, pool, address }: PageVisit): Promise<boolean> {
  const { client_id, user_name, confirmation_code } = ctx.query;
  if (![client_id, user_name, confirmation_code].every((value) => typeof value === 'string' && value !== ''))
    return false;
  const [clientId, username, code] = [String(client_id), String(user_name), String(confirmation_code)];
  const link = createHash('sha256')
    .update(JSON.stringify([clientId, username, code]))
    .digest('base64url');
  if (await pool.sessions.find(KIND, link)) return true;
  const client = await findClient(pool, clientId);
  if (!client) return false;
  const event = { event: 'sign-up-confirmation', pool: pool.id, client: client.id } as const;
  try {
    const { id } = await confirmSignUp(pool, client, { username, code, address });
    record(ctx, { ...event, outcome: 'success', account: id });
  } catch (error) {
    // Whatever is wrong, the page says the same: a stranger learns nothing about an account from a made-up link.
    if (!(error instanceof Refusal)) throw error;
    record(ctx, { ...event, outcome: 'refused', reason: error.reason });
    if (isTooMany(error)) throw error;
    return false;
  }
  await pool.sessions.put(KIND, link, {}, pool.clock.now() + OPENED_MS);
  return true;
}
