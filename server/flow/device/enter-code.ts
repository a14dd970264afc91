import type { Context } from 'koa';
import { Refusal } from '../../errors.ts';
import { DEVICE_PAGES } from '../../oidc/interaction.ts';
import { CSRF_FIELD } from '../csrf.ts';
import { describeField, type Field } from '../fields.ts';
import { checkForm, readForm } from '../form.ts';
import { present } from '../present.ts';
import { type PageError, sentenceFor } from '../sentences.ts';
import type { Input } from '../step.ts';
import type { Texts } from '../texts/texts.ts';
import type { DevicePages, FormPage } from './open-device-pages.ts';

/**
 * Where somebody types the code. A link may have it filled in (`verification_uri_complete`), but nothing begins before
 * they sent the form: a link that somebody else made must not be enough (RFC 8628 section 5.4).
 */
export function enterCode({ address, device, csrf, visits, special }: DevicePages): FormPage {
  function draw(
    ctx: Context,
    given: { value?: string | undefined; input?: Input; errors?: PageError[]; status?: number },
  ): void {
    const { t, frame } = visits.outside(ctx);
    const { input, errors = [], status = 200 } = given;
    const failed = input && { input, error: errors.find(({ field }) => field)?.text };
    present(ctx, frame, 'device-code', {
      heading: t.device.heading,
      status,
      failed: failed !== undefined,
      action: address.mountPath + DEVICE_PAGES.enter,
      csrf: { name: CSRF_FIELD, value: csrf.token(ctx) },
      username: undefined,
      notice: undefined,
      errors,
      fields: [describeField(codeField(t, given.value), failed)],
    });
  }

  return {
    async show(ctx) {
      const { user_code: asked } = ctx.query;
      // Only what could be a code is shown, so that no link can make this page say something (ATK-08).
      const value = typeof asked === 'string' && /^[A-Za-z]{4}-?[A-Za-z]{4}$/.test(asked) ? asked : undefined;
      draw(ctx, { value: value?.toUpperCase() });
    },

    async post(ctx) {
      const form = await readForm(ctx);
      if (!csrf.holds(ctx, form[CSRF_FIELD])) return special.refused(ctx, 403);
      const { t } = visits.outside(ctx);
      const fields = [codeField(t)];
      const { input, errors } = checkForm(t, fields, form);
      if (errors.length) return draw(ctx, { input, errors, status: 400 });
      try {
        const to = await device.begin(ctx, input['user_code'] ?? '');
        // By a page of its own: a provider may be the only way in, and a browser follows no form to another site.
        if (to) return special.leadOn(ctx, to);
        draw(ctx, { input, errors: [{ field: 'user_code', text: t.device.unknown }], status: 400 });
      } catch (error) {
        if (!(error instanceof Refusal) || error.reason !== 'too-many-requests') throw error;
        ctx.set('retry-after', error.details['retryAfter'] ?? '1');
        draw(ctx, { input, errors: [sentenceFor(t, error, fields)], status: 429 });
      }
    },
  };
}

function codeField(t: Texts, value?: string): Field {
  return {
    name: 'user_code',
    label: t.device.code,
    type: 'text',
    autocomplete: 'off',
    verbatim: true,
    required: true,
    hint: t.device.hint,
    value,
    focus: true,
  };
}
