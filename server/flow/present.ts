import type { Context } from 'koa';
import { render } from '../views.ts';
import { assetUrl } from './assets.ts';
import type { FlowAddress } from './links.ts';
import { setPageHeaders } from './page-headers.ts';
import type { Shown } from './step.ts';
import { say, type Texts } from './texts/texts.ts';

/** What stands around every page. */
export interface Frame {
  /** The application's name, else the pool's. */
  name: string;
  t: Texts;
  address: FlowAddress;
  /** Where a form on the page may lead in the end. */
  redirectUri?: string;
}

/** Answers with `views/pages/<view>.ejs` in the frame. */
export function present(ctx: Context, frame: Frame, view: string, shown: Shown & { failed?: boolean }): void {
  const { t, name } = frame;
  const title = shown.failed ? t.frame.errorTitle : t.frame.title;
  const asset = (file: string) => assetUrl(frame.address.mountPath, file);
  setPageHeaders(ctx, frame.redirectUri);
  ctx.status = shown.status ?? 200;
  ctx.set('content-type', 'text/html; charset=utf-8');
  ctx.set('content-language', t.lang);
  ctx.body = render('layout', {
    ...shown,
    t,
    page: view,
    frame: {
      name,
      lang: t.lang,
      dir: t.dir,
      title: say(title, { heading: shown.heading, name }),
      assets: { css: asset('foyer.css'), js: asset('foyer.js'), mark: asset('mark.svg') },
    },
  });
}
