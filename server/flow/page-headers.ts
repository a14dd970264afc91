import type { Context } from 'koa';

/**
 * Headers of every hosted page (HUI-176, decision 24): nothing is framed, kept or loaded from elsewhere, no inline
 * script runs, and the address, which holds the interaction, is told to nobody.
 * @param redirectUri where the form's answer may lead in the end: Chromium stops a post that redirects to anywhere
 *   else than `form-action` allows.
 */
export function setPageHeaders(ctx: Context, redirectUri?: string): void {
  const formAction = ["'self'", ...(redirectUri ? [formActionSource(redirectUri)] : [])].join(' ');
  ctx.set({
    'content-security-policy': [
      "default-src 'none'",
      "style-src 'self'",
      "img-src 'self'",
      "script-src 'self'",
      `form-action ${formAction}`,
      "frame-ancestors 'none'",
      "base-uri 'none'",
    ].join('; '),
    'x-frame-options': 'DENY',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-cache, no-store',
  });
}

/** Lets the page have frames of these addresses, and of nothing else: after `setPageHeaders`. */
export function frameSources(ctx: Context, frames: readonly string[]): void {
  const origins = [...new Set(frames.map((address) => new URL(address).origin))].join(' ');
  const policy = ctx.response.get('content-security-policy');
  ctx.set('content-security-policy', `${policy}; frame-src ${origins}`);
}

/** Lets a form of the page be sent to this address and nowhere else: after `setPageHeaders`. */
export function formTarget(ctx: Context, action: string): void {
  const policy = ctx.response.get('content-security-policy');
  ctx.set(
    'content-security-policy',
    policy.replace(/form-action [^;]*/, () => `form-action ${exactSource(action)}`),
  );
}

/** Lets the page show this picture too: after `setPageHeaders`. */
export function imageSource(ctx: Context, image: string): void {
  const policy = ctx.response.get('content-security-policy');
  ctx.set(
    'content-security-policy',
    policy.replace(/img-src [^;]*/, (had) => `${had} ${exactSource(image)}`),
  );
}

/** With its path, which a source may have, and without its query, which none may; `;` and `,` would end the source. */
function exactSource(address: string): string {
  const source = formActionSource(address);
  const path = new URL(address).pathname.replaceAll(';', '%3B').replaceAll(',', '%2C');
  return source.endsWith(':') ? source : source + path;
}

/** An origin where the policy's grammar has one for it, else the scheme: it knows no IPv6 addresses. */
function formActionSource(redirectUri: string): string {
  const { protocol, origin, hostname } = new URL(redirectUri);
  return /^https?:$/.test(protocol) && !hostname.startsWith('[') ? origin : protocol;
}
