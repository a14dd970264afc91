import { setTimeout as pause } from 'node:timers/promises';
import type { Mail } from '../start.ts';

type Box = { mailbox(): Promise<Mail[]> };

const mailsTo = async (box: Box, email: string) => (await box.mailbox()).filter(({ to }) => to === email);

/**
 * The code in the newest mail to the address, once more than `seen` have arrived: an answer that must not tell who has
 * an account goes out before the mail does. The limit is that of the test run.
 */
export async function codeOfMail(box: Box, email: string, seen: number): Promise<string> {
  for (;;) {
    const mails = await mailsTo(box, email);
    const code = /\b\d{6}\b/.exec(mails[0]?.text ?? '')?.[0];
    if (mails.length > seen && code) return code;
    await pause(10);
  }
}

/** Does something that mails a code, and gives that code. */
export async function mailedAfter(box: Box, email: string, send: () => Promise<unknown>): Promise<string> {
  const seen = (await mailsTo(box, email)).length;
  await send();
  return codeOfMail(box, email, seen);
}
