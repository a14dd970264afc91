import type { Context } from 'koa';
import { record } from '../../audit.ts';
import { openIdSettingsOf } from '../../configuration/openid/features.ts';
import { Refusal } from '../../errors.ts';
import { DEVICE_PAGES, type WaitingDevice } from '../../oidc/interaction.ts';
import { CSRF_FIELD } from '../csrf.ts';
import { readForm } from '../form.ts';
import { setPageHeaders } from '../page-headers.ts';
import { present } from '../present.ts';
import { labelOf } from '../session-person.ts';
import type { Visit } from '../step.ts';
import { say } from '../texts/texts.ts';
import type { DevicePages, FormPage } from './open-device-pages.ts';

const REFUSED = { error: 'access_denied', description: 'the person did not allow the device' };

/**
 * Asks whoever has signed in whether the device is theirs. Somebody far away may have begun on a device of their own and
 * sent the link: the page says which application asks and from where, and wants the codes compared.
 */
export function confirmDevice({
  pool,
  address,
  bridge,
  device,
  csrf,
  visits,
  special,
}: DevicePages): FormPage {
  /** Throws Refusal `attempt-expired` when there is nothing to ask any more. */
  async function open(ctx: Context): Promise<{ visit: Visit; asked: WaitingDevice }> {
    const visit = await visits.open(ctx);
    const asked = visit && (await device.asked(ctx, visit.interaction));
    if (!visit || !asked) throw new Refusal('attempt-expired');
    return { visit, asked };
  }

  return {
    async show(ctx) {
      const { visit, asked } = await open(ctx);
      const { t, client, interaction } = visit;
      const account = await pool.accounts.find(asked.accountId);
      if (!account) throw new Refusal('attempt-expired');
      const application =
        openIdSettingsOf(pool, client).client_name || client.settings.ClientName || pool.name;
      present(ctx, visits.frame(visit), 'confirm-device', {
        heading: say(t.device.confirmHeading, { application }),
        person: say(t.device.person, { person: labelOf(account) }),
        userCode: asked.userCode,
        from: asked.address && say(t.device.from, { address: asked.address }),
        action: `${address.mountPath}${DEVICE_PAGES.confirm}?interaction=${encodeURIComponent(interaction.uid)}`,
        csrf: { name: CSRF_FIELD, value: csrf.token(ctx) },
        another: visit.beginAgain({ prompt: 'login' }),
      });
    },

    async post(ctx) {
      const form = await readForm(ctx);
      if (!csrf.holds(ctx, form[CSRF_FIELD])) return special.refused(ctx, 403);
      const { visit, asked } = await open(ctx);
      const { client, interaction } = visit;
      const allowed = form['answer'] === 'allow';
      const to = allowed ? await device.allow(ctx, interaction) : await bridge.deny(interaction, REFUSED);
      record(ctx, {
        event: 'device-sign-in',
        outcome: allowed ? 'success' : 'refused',
        pool: pool.id,
        client: client.id,
        account: asked.accountId,
      });
      // By GET, so that going back and reloading do no harm.
      setPageHeaders(ctx);
      ctx.redirect(to);
      ctx.status = 303;
    },
  };
}
