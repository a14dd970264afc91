/**
 * Two processes on the same stores, and browsers whose requests go to either in turn, as behind a load balancer: what
 * one process alone remembers or forbids is no defence.
 */
import { type HttpSession, openHttpSession } from '../http-session.ts';
import { hostedAt } from '../person.ts';
import { type Foyer, type Mail, startFoyer } from '../start.ts';

export interface TwoProcesses {
  foyers: [Foyer, Foyer];
  /** The pool's address. */
  hosted: string;
  /** As of one Foyer, for `person.ts`. */
  url: string;
  mailbox(): Promise<Mail[]>;
  browse(): HttpSession;
  /** As `fetch`, at either. */
  send(url: string, init?: RequestInit): Promise<Response>;
  /** Both clocks. */
  shiftClock(ms: number): Promise<void>;
}

export async function startTwoProcesses(poolFile: object): Promise<TwoProcesses> {
  const one = await startFoyer({ poolFile });
  const two = await startFoyer({ beside: one, env: { FOYER_PUBLIC_URL: one.url } });
  let sent = 0;
  const send = (url: string, init?: RequestInit) => {
    const to = new URL(url);
    if (sent++ % 2 === 1) to.port = new URL(two.url).port;
    return fetch(to, init);
  };
  return {
    foyers: [one, two],
    hosted: hostedAt(one),
    url: one.url,
    mailbox: async () =>
      (await Promise.all([one.mailbox(), two.mailbox()])).flat().toSorted((a, b) => b.at - a.at),
    browse: () => openHttpSession(send),
    send,
    shiftClock: async (ms) => void (await Promise.all([one.shiftClock(ms), two.shiftClock(ms)])),
  };
}

/** So many at the same moment. */
export const atOnce = <T>(times: number, work: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: times }, (_, index) => work(index)));
