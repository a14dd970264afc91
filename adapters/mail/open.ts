/** Settings to the opened door for mail. The only file that knows which implementations there are. */

import { openNowhere } from './nowhere.ts';
import { type Outbox, openOutbox } from './outbox.ts';
import type { MailSender } from './sender.ts';
import { openSmtp } from './smtp.ts';

export interface MailSettings {
  mode: 'development' | 'production';
  smtpUrl?: string;
}

/**
 * In development mail is kept for the mailbox page, and also sent when there is a mail server. In production it is
 * sent, or refused where nobody said how.
 */
export function openMail({ mode, smtpUrl }: MailSettings): MailSender | Outbox {
  const smtp = smtpUrl === undefined ? undefined : openSmtp(smtpUrl);
  if (mode === 'development') return openOutbox({ now: () => Date.now() }, smtp);
  return smtp ?? openNowhere();
}
