/**
 * Messages to people: `catalog.ts` lists them, `render.ts` fills the pool's templates, `send.ts` sends. The neighbours:
 * `accounts` decides who gets which message, `adapters/mail` and `adapters/sms` are the ways out, `views/emails` is what a mail looks like.
 * This folder never decides whether somebody should be written to, and never logs what a message says.
 */
import type { Contact } from '#adapters/directory/records.ts';

/** Where a message went, as the person who asked for it may know. */
export interface Delivery {
  /** Masked: `m***@e***`, `+*******0100`. */
  destination: string;
  medium: 'EMAIL' | 'SMS';
  attribute: Contact;
}

/** Enough of a contact for its owner to know it by, too little for anybody else to use (2.3). */
export function maskedDelivery(attribute: Contact, value: string): Delivery {
  if (attribute === 'email') {
    const at = value.lastIndexOf('@');
    const destination = `${value.charAt(0)}***@${value.charAt(at + 1)}***`;
    return { destination, medium: 'EMAIL', attribute };
  }
  const digits = value.replace(/^\+/, '');
  const destination = `+${'*'.repeat(Math.max(0, digits.length - 4))}${digits.slice(-4)}`;
  return { destination, medium: 'SMS', attribute };
}
