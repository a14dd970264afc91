import type { Context } from 'koa';
import type { Outbox, SentMail } from '#adapters/mail/outbox.ts';
import type { MailSender } from '#adapters/mail/sender.ts';
import type { SentSms, SmsOutbox } from '#adapters/sms/outbox.ts';
import type { SmsSender } from '#adapters/sms/sender.ts';
import { render } from '../views.ts';

export interface Mailbox {
  /** `/dev/mailbox`: every message that was sent, newest first. */
  page(ctx: Context): void;
  /**
   * `/dev/mailbox.json`: the same for programs, `[{ medium: 'EMAIL', to, from, subject, text, html, at }]` and
   * `[{ medium: 'SMS', to, text, at }]`.
   */
  json(ctx: Context): void;
}

interface Senders {
  mail: MailSender;
  sms: SmsSender;
}

/** @param asset the address of a static file */
export function openMailbox({ mail, sms }: Senders, asset: (name: string) => string): Mailbox {
  /** In the order of their times; of one millisecond, as each sender kept them. */
  const sent = (): (SentMail | SentSms)[] =>
    [...(keepsMail(mail) ? mail.sent() : []), ...(keepsSms(sms) ? sms.sent() : [])].toSorted(
      (a, b) => b.at - a.at,
    );
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
        forReal: [...(keepsMail(mail) ? [] : ['Mails']), ...(keepsSms(sms) ? [] : ['Text messages'])],
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
      ctx.body = sent().map((message) => {
        const { to, text, at } = message;
        if (!isMail(message)) return { medium: 'SMS', to, text, at };
        const { from, subject, html } = message;
        return { medium: 'EMAIL', to, from, subject, text, html, at };
      });
    },
  };
}

/** Only the outboxes keep messages; with a mail server or a gateway configured, development sends for real. */
function keepsMail(mail: MailSender): mail is Outbox {
  return 'sent' in mail;
}

function keepsSms(sms: SmsSender): sms is SmsOutbox {
  return 'sent' in sms;
}

function isMail(message: SentMail | SentSms): message is SentMail {
  return 'html' in message;
}

const ADDRESS = /(https?:\/\/[^\s<>"')\]]+)/;

function describe(message: SentMail | SentSms) {
  const { to, text, at } = message;
  return {
    to,
    from: isMail(message) ? message.from : undefined,
    subject: isMail(message) ? message.subject : 'Text message',
    at: new Date(at).toISOString(),
    time: new Date(at).toLocaleTimeString('en-GB'),
    /** A code to copy with one click. */
    code: /(?<![\w/=&])\d{6}(?![\w/=&])/.exec(text.replace(new RegExp(ADDRESS, 'g'), ' '))?.[0],
    parts: text.split(ADDRESS).map((part) => ({ text: part, href: ADDRESS.test(part) ? part : undefined })),
    /** For an iframe without scripts: links open in a tab of their own. */
    html: isMail(message) ? `<base target="_blank">${message.html}` : undefined,
  };
}
