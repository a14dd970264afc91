/**
 * The response mode `form_post` (OAuth 2.0 Form Post Response Mode 1.0): a page of ours in place of the library's, whose
 * script stands in the page itself.
 */
import Provider, { type KoaContextWithOIDC } from 'oidc-provider';
import { answerInForm } from '../hand-over.ts';

type Mode = Parameters<Provider['registerResponseMode']>[1];

/** The library registers its modes while it is made, and each name once: so ours goes in under its own. */
export class OpenIdProvider extends Provider {
  override registerResponseMode(name: string, mode: Mode): void {
    super.registerResponseMode(name, name === 'form_post' ? formPost : mode);
  }
}

function formPost(ctx: KoaContextWithOIDC, action: string, fields: object): void {
  const locales = ctx.oidc.params?.['ui_locales'];
  // Errors come with a status of their own, under which no browser would show a page.
  ctx.status = 200;
  answerInForm(ctx, {
    action,
    fields: Object.entries(fields).map(([name, value]) => [name, String(value)]),
    languages: typeof locales === 'string' ? locales.split(' ') : [],
  });
}
