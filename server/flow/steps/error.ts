import type { Context } from 'koa';
import type { Page, Shown } from '../step.ts';
import { say, type Texts } from '../texts/texts.ts';

/** A request of an application that cannot be answered, when the answer cannot safely be sent to it (spec 10.2). */
export const error: Page = {
  name: 'error',
  show: ({ ctx, t }) => errorShown(ctx, t, String(ctx.query['error'] ?? '')),
};

/** Only known codes are shown, so that nobody can make this page say something (ATK-08). */
export function errorShown(ctx: Context, t: Texts, asked: string): Shown {
  const codes: Record<string, string> = t.error.codes;
  const known = Object.hasOwn(codes, asked) ? asked : undefined;
  return {
    heading: t.error.heading,
    status: 400,
    failed: true,
    text: codes[known ?? 'unknown'],
    code: known && say(t.error.code, { code: known }),
    request: say(t.frame.request, { id: String(ctx.state['requestId'] ?? '') }),
  };
}
