import { Undeliverable } from '../errors.ts';
import type { SmsSender } from './sender.ts';

/** Refuses every message: no gateway is configured. People are told that nothing was sent, rather than left waiting. */
export function openNowhere(): SmsSender {
  return {
    async send() {
      throw new Undeliverable('No SMS gateway is configured: set FOYER_SMS_URL');
    },
    close: async () => undefined,
  };
}
