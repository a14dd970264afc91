/** Stands in for the pages of a sign-in on a device: says as JSON what they would show. */
import { text } from 'node:stream/consumers';
import type { Context } from 'koa';
import { Refusal } from '../../errors.ts';
import { DEVICE_PAGES } from '../interaction.ts';
import type { Oidc } from '../open-oidc.ts';

/** Whether the path is one of them; the answer is given then. */
export async function devicePage(ctx: Context, { bridge }: Oidc, path: string): Promise<boolean> {
  const { device } = bridge;
  const name = Object.entries(DEVICE_PAGES).find(([, page]) => page === path)?.[0];
  if (!device || !name) return false;
  const form = ctx.method === 'POST' ? new URLSearchParams(await text(ctx.req)) : undefined;
  try {
    ctx.body = { page: `device-${name}` };
    if (name === 'enter' && form) {
      const to = await device.begin(ctx, form.get('user_code') ?? '');
      if (to) redirect(ctx, to);
      else Object.assign(ctx, { status: 400, body: { page: 'device-enter', error: 'unknown' } });
    }
    if (name === 'confirm') {
      const interaction = await bridge.find(ctx);
      const asked = interaction && (await device.asked(ctx, interaction));
      if (!interaction || !asked) Object.assign(ctx, { status: 400, body: { page: 'ended' } });
      else if (!form) ctx.body = { page: 'device-confirm', clientId: interaction.clientId, ...asked };
      else if (form.get('answer') === 'allow') redirect(ctx, await device.allow(ctx, interaction));
      else redirect(ctx, await bridge.deny(interaction, { error: 'access_denied', description: 'no' }));
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    Object.assign(ctx, { status: 400, body: { page: 'refused', reason: error.reason } });
  }
  return true;
}

function redirect(ctx: Context, to: string): void {
  ctx.status = 302;
  ctx.set('Location', to);
  ctx.body = '';
}
