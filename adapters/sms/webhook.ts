/**
 * Hands each text message to a program of the operator's: a POST of JSON, signed in the form of Standard Webhooks, for
 * which libraries exist in many languages. What it answers below 300 means accepted; nothing else is read of it.
 */
import { createHmac, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Undeliverable } from '../errors.ts';
import type { Sms, SmsSender } from './sender.ts';

export interface WebhookSettings {
  /** `https://`, or `http://` inside one's own network. */
  url: string;
  /** `whsec_` and base64, or any text. */
  secret: string;
  /** A person waits for the page that says where the code was sent: after this long they are told that it was not. */
  patienceMs?: number;
  /** How long to wait before the second try, the third, and so on. */
  pausesMs?: readonly number[];
}

export function openSmsWebhook({
  url,
  secret,
  patienceMs = 10_000,
  pausesMs = [200, 1000],
}: WebhookSettings): SmsSender {
  const gateway: Gateway = { ...apart(url), key: keyOf(secret) };
  const underWay = new Set<Promise<void>>();

  async function deliver(sms: Sms): Promise<void> {
    const signal = AbortSignal.timeout(patienceMs);
    // The same for every try: the other side can tell a repetition from a second message.
    const id = `sms_${randomUUID()}`;
    const { kind, pool, to, text, configuration } = sms;
    const body = JSON.stringify({ type: 'sms', data: { kind, pool, to, text, configuration } });
    for (let tried = 0; ; tried++) {
      const fault = await post(gateway, id, body, signal);
      if (!fault) return;
      const wait = pausesMs[tried];
      if (!fault.again || wait === undefined || signal.aborted)
        throw new Undeliverable(`The SMS gateway did not accept the message: ${fault.what}`);
      await pause(wait, undefined, { signal }).catch(() => undefined);
    }
  }

  return {
    send(sms) {
      const sending = deliver(sms);
      underWay.add(sending);
      const done = () => underWay.delete(sending);
      sending.then(done, done);
      return sending;
    },
    async close() {
      await Promise.allSettled(underWay);
    },
  };
}

interface Gateway {
  address: string;
  /** Those that carry the credentials of the address. */
  headers: Record<string, string>;
  key: Uint8Array;
}

interface Fault {
  what: string;
  /** Whether trying again may help. */
  again: boolean;
}

/** Why the message was not accepted; undefined when it was. */
async function post(
  { address, headers, key }: Gateway,
  id: string,
  body: string,
  signal: AbortSignal,
): Promise<Fault | undefined> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  try {
    const response = await fetch(address, {
      method: 'POST',
      // A redirect would carry a code to an address that nobody configured.
      redirect: 'manual',
      headers: {
        ...headers,
        'content-type': 'application/json',
        'user-agent': 'Foyer',
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': `v1,${sign(key, id, timestamp, body)}`,
      },
      body,
      signal,
    });
    await response.body?.cancel();
    if (response.ok) return undefined;
    const again = response.status >= 500 || response.status === 429;
    return { what: `it answered ${response.status}`, again };
  } catch (error) {
    // Its own message could hold the address, and an address may hold a password.
    const code = error instanceof Error && error.cause instanceof Error && 'code' in error.cause;
    return { what: code ? String((error.cause as { code: unknown }).code) : 'no answer', again: true };
  }
}

/** What `webhook-signature` holds after `v1,`: over id, time and body, so that none of them can be exchanged. */
function sign(key: Uint8Array, id: string, timestamp: string, body: string): string {
  return createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
}

function keyOf(secret: string): Uint8Array {
  const [, encoded] = /^whsec_([A-Za-z0-9+/]+=*)$/.exec(secret) ?? [];
  return encoded === undefined ? Buffer.from(secret) : Buffer.from(encoded, 'base64');
}

/** `fetch` refuses an address with a name and password in it: they travel as a header. */
function apart(url: string): Pick<Gateway, 'address' | 'headers'> {
  const parsed = new URL(url);
  const { username, password } = parsed;
  if (!username && !password) return { address: url, headers: {} };
  parsed.username = '';
  parsed.password = '';
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return {
    address: parsed.href,
    headers: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` },
  };
}
