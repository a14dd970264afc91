/**
 * The door through which e-mail leaves. `smtp.ts` sends it in production; `outbox.ts` keeps it for tests and for
 * the development mailbox.
 */
export interface Mail {
  /** One address. */
  to: string;
  /** `a@b.c` or `Name <a@b.c>`. */
  from: string;
  replyTo?: string;
  /** The address or domain whose own mail server the pool wants used; without it, and without such a server, the common one. */
  identity?: string;
  /** Named in a header for Amazon SES, which counts and tells by it; other servers pass it over. */
  configurationSet?: string;
  subject: string;
  text: string;
  html: string;
}

export interface MailSender {
  /** Resolves when the mail was accepted for delivery; throws Undeliverable otherwise, within ten seconds. */
  send(mail: Mail): Promise<void>;
  /** Waits for mail that is under way, not longer than a mail may take. */
  close(): Promise<void>;
}
