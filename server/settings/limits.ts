/**
 * How often what can be abused may happen: the numbers and their settings. `accounts/limits` counts by them. Nothing
 * here knows who asks; a limit of 0 is no limit.
 */
import { z } from 'zod';

/** What is counted against a limit. */
export type Limited = 'guesses' | 'sign-ups' | 'messages' | 'client-failures';

export interface Limit {
  /** Within `ADDRESS_WINDOW_MS`, by one client address (one /64 network of IPv6). */
  perAddress: number;
  /** Within `POOL_WINDOW_MS`, by everybody together. */
  perPool: number;
}

export type Limits = Readonly<Record<Limited, Limit>>;

/** How many messages a pool sends in a day (UTC) by each medium; 0 is no limit. */
export type DailyLimits = Readonly<Record<'EMAIL' | 'SMS', number>>;

export const ADDRESS_WINDOW_MS = 15 * 60 * 1000;
/** Short: who drives a pool into its limit shuts out everybody until the window ends. */
export const POOL_WINDOW_MS = 60 * 1000;

/**
 * An office of thousands of people behind one address makes some hundred mistakes in its busiest quarter of an hour;
 * someone who guesses needs a million. Client authentication has no limit for the whole pool: failing costs a stranger
 * nothing, so it would be a way to stop every application, and a client's secret cannot be guessed anyway.
 */
export const DEFAULT_LIMITS: Limits = {
  guesses: { perAddress: 300, perPool: 10_000 },
  'sign-ups': { perAddress: 100, perPool: 10_000 },
  messages: { perAddress: 100, perPool: 1000 },
  'client-failures': { perAddress: 1000, perPool: 0 },
};

const PER_ADDRESS = 'from one client address (one /64 network of IPv6) within 15 minutes; 0 is no limit.';
const PER_POOL = 'in one pool within a minute; 0 is no limit.';

const most = (initial: number, description: string) =>
  z.coerce.number().int().min(0).max(1_000_000_000).default(initial).describe(description);

/** Fields of the process settings. */
export const limitFields = {
  FOYER_LIMIT_GUESSES_PER_ADDRESS: most(
    DEFAULT_LIMITS.guesses.perAddress,
    `How many wrong passwords and codes are taken ${PER_ADDRESS}`,
  ),
  FOYER_LIMIT_GUESSES_PER_POOL: most(
    DEFAULT_LIMITS.guesses.perPool,
    `How many wrong passwords and codes are taken ${PER_POOL}`,
  ),
  FOYER_LIMIT_SIGN_UPS_PER_ADDRESS: most(
    DEFAULT_LIMITS['sign-ups'].perAddress,
    `How many people may sign up ${PER_ADDRESS}`,
  ),
  FOYER_LIMIT_SIGN_UPS_PER_POOL: most(
    DEFAULT_LIMITS['sign-ups'].perPool,
    `How many people may sign up ${PER_POOL}`,
  ),
  FOYER_LIMIT_MESSAGES_PER_ADDRESS: most(
    DEFAULT_LIMITS.messages.perAddress,
    `How many messages with codes or links may be asked for ${PER_ADDRESS}`,
  ),
  FOYER_LIMIT_MESSAGES_PER_POOL: most(
    DEFAULT_LIMITS.messages.perPool,
    `How many messages with codes or links may be asked for ${PER_POOL}`,
  ),
  FOYER_LIMIT_MAILS_PER_DAY: most(
    0,
    'How many e-mails a pool may send in a day (UTC) through the common mail server; 0 is no limit.',
  ),
  FOYER_LIMIT_SMS_PER_DAY: most(
    0,
    'How many text messages a pool may send in a day (UTC), so that nobody runs up a bill; 0 is no limit.',
  ),
  FOYER_LIMIT_CLIENT_FAILURES_PER_ADDRESS: most(
    DEFAULT_LIMITS['client-failures'].perAddress,
    `How many requests to the token and revocation endpoints, and calls of the API with a secret, may fail to prove their client ${PER_ADDRESS}`,
  ),
};

type Values = z.infer<z.ZodObject<typeof limitFields>>;

export function limitsOf(values: Values): Limits {
  return {
    guesses: {
      perAddress: values.FOYER_LIMIT_GUESSES_PER_ADDRESS,
      perPool: values.FOYER_LIMIT_GUESSES_PER_POOL,
    },
    'sign-ups': {
      perAddress: values.FOYER_LIMIT_SIGN_UPS_PER_ADDRESS,
      perPool: values.FOYER_LIMIT_SIGN_UPS_PER_POOL,
    },
    messages: {
      perAddress: values.FOYER_LIMIT_MESSAGES_PER_ADDRESS,
      perPool: values.FOYER_LIMIT_MESSAGES_PER_POOL,
    },
    'client-failures': { perAddress: values.FOYER_LIMIT_CLIENT_FAILURES_PER_ADDRESS, perPool: 0 },
  };
}

export function dailyLimitsOf(values: Values): DailyLimits {
  return { EMAIL: values.FOYER_LIMIT_MAILS_PER_DAY, SMS: values.FOYER_LIMIT_SMS_PER_DAY };
}
