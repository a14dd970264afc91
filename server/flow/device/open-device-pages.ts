/**
 * The pages of a sign-in on a device without a browser (RFC 8628): here somebody types the code that the device shows,
 * and says whether it is theirs; between the two they sign in as always. Neighbours: `oidc/interaction.ts` finds the
 * device, the pages of a sign-in do not know of it. Never: a device that is allowed without a look at its code, whatever
 * the link was that led here.
 */
import type { Context } from 'koa';
import { limitRate } from '../../accounts/limits/limit-rate.ts';
import { Refusal } from '../../errors.ts';
import { DEVICE_PAGES, type DeviceBridge, type InteractionBridge } from '../../oidc/interaction.ts';
import type { Pool } from '../../pool.ts';
import type { Csrf } from '../csrf.ts';
import { UnreadableForm } from '../form.ts';
import type { FlowAddress } from '../links.ts';
import { notAllowed } from '../not-allowed.ts';
import { present } from '../present.ts';
import type { SpecialPages } from '../special-pages.ts';
import type { Visits } from '../visit.ts';
import { confirmDevice } from './confirm-device.ts';
import { enterCode } from './enter-code.ts';

/** What the pages are made of. */
export interface DevicePages {
  pool: Pool;
  address: FlowAddress;
  bridge: InteractionBridge;
  device: DeviceBridge;
  csrf: Csrf;
  visits: Visits;
  special: SpecialPages;
}

type Handler = (ctx: Context) => Promise<void>;

/** By path; empty where devices do not sign in. */
export function openDevicePages(parts: Omit<DevicePages, 'device'>): Map<string, Handler> {
  const { device } = parts.bridge;
  if (!device) return new Map();
  const pages = { ...parts, device };
  return new Map([
    [DEVICE_PAGES.enter, form(pages, enterCode(pages))],
    [DEVICE_PAGES.confirm, form(pages, confirmDevice(pages))],
    ...(['done', 'cancelled', 'failed', 'expired'] as const).map((end): [string, Handler] => [
      DEVICE_PAGES[end],
      ending(pages, end),
    ]),
  ]);
}

/** A page with a form: how it is looked at, and what its post does. */
export interface FormPage {
  show(ctx: Context): Promise<void>;
  /** Throws Refusal `attempt-expired` when it is too late. */
  post(ctx: Context): Promise<void>;
}

const form =
  ({ pool, visits, special }: DevicePages, page: FormPage): Handler =>
  async (ctx) => {
    try {
      if (ctx.method === 'GET') await page.show(ctx);
      else if (ctx.method === 'POST') {
        await limitRate(pool, 'user-authentication');
        await page.post(ctx);
      } else notAllowed(ctx, 'GET, POST');
    } catch (error) {
      if (error instanceof UnreadableForm) special.refused(ctx, error.status);
      else if (error instanceof Refusal && error.reason === 'attempt-expired') special.ended(ctx);
      else if (error instanceof Refusal && error.reason === 'too-many-requests') tooMany(visits, ctx, error);
      else throw error;
    }
  };

function tooMany(visits: Visits, ctx: Context, { details }: Refusal): void {
  const { t, frame } = visits.outside(ctx);
  ctx.set('retry-after', details['retryAfter'] ?? '1');
  present(ctx, frame, 'device-end', {
    heading: t.refused.heading,
    next: t.sentences['too-many-requests'],
    status: 429,
    failed: true,
  });
}

const ending =
  ({ visits }: DevicePages, end: 'done' | 'cancelled' | 'failed' | 'expired'): Handler =>
  async (ctx) => {
    if (ctx.method !== 'GET') return notAllowed(ctx, 'GET');
    const { t, frame } = visits.outside(ctx);
    const { heading, next } = t.device[end];
    const isFault = end === 'failed' || end === 'expired';
    present(ctx, frame, 'device-end', { heading, next, ...(isFault && { status: 400 }) });
  };
