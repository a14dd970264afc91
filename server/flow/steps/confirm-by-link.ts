import { createHash } from 'node:crypto';
import { confirmSignUp } from '../../accounts/sign-up/confirm-sign-up.ts';
import { findClient } from '../../configuration/find-client.ts';
import { Refusal } from '../../errors.ts';
import type { Client, Pool } from '../../pool.ts';
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
    const { t } = visit;
    if (await confirmed(visit)) return { heading: t.linkConfirmed.heading, next: t.linkConfirmed.next };
    return { heading: t.linkFailed.heading, next: t.linkFailed.next, status: 400, failed: true };
  },
};

async function confirmed({ ctx, pool }: PageVisit): Promise<boolean> {
  const { client_id, user_name, confirmation_code } = ctx.query;
  if (![client_id, user_name, confirmation_code].every((value) => typeof value === 'string' && value !== ''))
    return false;
  const [clientId, username, code] = [String(client_id), String(user_name), String(confirmation_code)];
  const link = createHash('sha256')
    .update(JSON.stringify([clientId, username, code]))
    .digest('base64url');
  if (await pool.sessions.find(KIND, link)) return true;
  return confirm(pool, await findClient(pool, clientId), { username, code, link });
}

/** Whatever is wrong, the page says the same: a stranger learns nothing about an account from a made-up link. */
async function confirm(
  pool: Pool,
  client: Client | undefined,
  { username, code, link }: { username: string; code: string; link: string },
): Promise<boolean> {
  if (!client) return false;
  try {
    await confirmSignUp(pool, client, { username, code });
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
  await pool.sessions.put(KIND, link, {}, pool.clock.now() + OPENED_MS);
  return true;
}
