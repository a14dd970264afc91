/** Sends mail through the server of its sender, for pools that have one of their own, and otherwise through the common one. */
import type { MailSender } from './sender.ts';

/** @param own by address (`shop@example.com`) or by domain (`example.com`), in lower case; an address goes first. */
export function openByIdentity(common: MailSender, own: ReadonlyMap<string, MailSender>): MailSender {
  const senderFor = (identity: string | undefined): MailSender => {
    const name = identity?.toLowerCase() ?? '';
    return own.get(name) ?? own.get(name.slice(name.lastIndexOf('@') + 1)) ?? common;
  };
  return {
    send: (mail) => senderFor(mail.identity).send(mail),
    close: async () => void (await Promise.all([common, ...own.values()].map((sender) => sender.close()))),
  };
}
