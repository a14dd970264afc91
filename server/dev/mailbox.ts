import type { Context } from 'koa';
import type { Outbox, SentMail } from '#adapters/mail/outbox.ts';
import type { MailSender } from '#adapters/mail/sender.ts';
import { render } from '../views.ts';

export interface Mailbox {
  /** `/dev/mailbox`: every message that was sent, newest first. */
  page(ctx: Context): void;
  /** `/dev/mailbox.json`: the same for programs: `[{ to, from, subject, text, html, at }]`. */
  json(ctx: Context): void;
}

/** @param asset the address of a static file */
export function openMailbox(mail: MailSender, asset: (name: string) => string): Mailbox {
  const sent = (): SentMail[] => (keepsMail(mail) ? mail.sent() : []);
  return {
    page(ctx) {
      ctx.set({
        // Mail may bring its own style, nothing else: no script, no image from elsewhere.
        'content-security-policy':
          "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; script-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
        'content-type': 'text/html; charset=utf-8',
      });
      const messages = sent();
      ctx.body = render('dev/mailbox', {
        messages: messages.map(describe),
        kept: keepsMail(mail),
        newest: messages[0]?.at ?? 0,
        frame: {
          title: messages.length ? `(${messages.length}) Mailbox` : 'Mailbox',
          assets: { css: asset('foyer.css'), js: asset('mailbox.js'), mark: asset('mark.svg') },
        },
        more: asset('development.css'),
      });
    },

    json(ctx) {
      ctx.set('cache-control', 'no-store');
      ctx.body = sent().map(({ to, from, subject, text, html, at }) => ({
        to,
        from,
        subject,
        text,
        html,
        at,
      }));
    },
  };
}

/** Only the outbox keeps mail; with a mail server configured, development sends for real. */
function keepsMail(mail: MailSender): mail is Outbox {
  return 'sent' in mail;
}

const ADDRESS = /(https?:\/\/[^\s<>"')\]]+)/;

function describe({ to, from, subject, text, html, at }: SentMail) {
  return {
    to,
    from,
    subject,
    at: new Date(at).toISOString(),
    time: new Date(at).toLocaleTimeString('en-GB'),
    /** A code to copy with one click. */
    code: /(?<![\w/=&])\d{6}(?![\w/=&])/.exec(text.replace(new RegExp(ADDRESS, 'g'), ' '))?.[0],
    parts: text.split(ADDRESS).map((part) => ({ text: part, href: ADDRESS.test(part) ? part : undefined })),
    /** For an iframe without scripts: links open in a tab of their own. */
    html: `<base target="_blank">${html}`,
  };
}
