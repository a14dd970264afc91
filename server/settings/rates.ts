/** How many calls of a kind a pool, or a person, may send in a second: the service's own figures, and the setting that says which hold. */
import { z } from 'zod';

/**
 * Calls per second by kind, as the service limits them; which operation is of which kind is said where they are called.
 * Those by access token are counted for each person, all others for a pool.
 */
export const SERVICE_RATES = {
  'admin-initiate-auth': 20,
  'admin-respond-to-auth-challenge': 20,
  'group-members': 10,
  'user-authentication': 10,
  configuration: 1,
  describe: 5,
  list: 5,
  customization: 1,
  'other-admin': 5,
  'access-token': 5,
} as const;

export type RateKind = keyof typeof SERVICE_RATES;

/** 0 is no limit. */
export type Rates = Readonly<Record<RateKind, number>>;

const KINDS = Object.keys(SERVICE_RATES) as RateKind[];
const CHANGE = new RegExp(`^(${KINDS.join('|')})=(\\d{1,6})$`);

export const ratesField = z
  .string()
  .regex(
    new RegExp(`^(off|service(,(${KINDS.join('|')})=\\d{1,6})*)$`),
    `is off, or service, or service with changes such as service,describe=50; the kinds are ${KINDS.join(', ')}`,
  )
  .default('off')
  .describe(
    `How many calls a second a pool takes: off, or service for the figures of Amazon Cognito, which may be changed one by one, as in service,describe=50,list=0; 0 is no limit. The kinds: ${KINDS.map((kind) => `${kind} ${SERVICE_RATES[kind]}`).join(', ')}, which is for each person.`,
  );

/** @param value of a valid setting */
export function ratesOf(value: string): Rates | undefined {
  if (value === 'off') return undefined;
  const changes = value.split(',').flatMap((change) => {
    const [, kind, rate] = CHANGE.exec(change) ?? [];
    return kind ? [[kind, Number(rate)]] : [];
  });
  return { ...SERVICE_RATES, ...Object.fromEntries(changes) };
}
