import type { Context } from 'koa';
import type { Address } from './cookies.ts';
import { errorPage, PageFault } from './dialect/errors.ts';
import { allowsMethod } from './methods.ts';

type Answered = Pick<Context, 'set' | 'status' | 'body'>;

/**
 * Leads the browser on with an answer that nobody may keep.
 * @param status 303 where a post goes on as a GET
 */
export function redirect(ctx: Answered, to: string, status: 302 | 303 = 302): void {
  ctx.status = status;
  ctx.set('Location', to);
  ctx.set('Cache-Control', 'no-store');
  ctx.body = '';
}

/** Leads the browser to the page that says what is wrong with its request. */
export function toErrorPage(ctx: Answered, address: Address, fault: PageFault): void {
  redirect(ctx, errorPage(address, fault));
}

/** A handler of these methods alone, whose page faults become a redirect to the error page (HUI-91, HUI-92). */
export const pageHandler =
  (address: Address, methods: readonly string[], work: (ctx: Context) => Promise<void>) =>
  async (ctx: Context): Promise<void> => {
    if (!allowsMethod(ctx, methods)) return;
    try {
      await work(ctx);
    } catch (error) {
      if (!(error instanceof PageFault)) throw error;
      toErrorPage(ctx, address, error);
    }
  };
