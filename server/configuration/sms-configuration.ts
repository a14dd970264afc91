import type { PoolSettings } from '#adapters/directory/records.ts';
import { invalidParameter } from '../errors.ts';

type SmsConfiguration = NonNullable<PoolSettings['SmsConfiguration']>;
type Given<T> = { [K in keyof T]?: (T[K] extends object | undefined ? Given<T[K]> : T[K]) | undefined };

export type GivenSmsConfiguration = Given<SmsConfiguration>;

/**
 * How a pool sends SMS, as the gateway is told with each message; one that names no caller is none. Throws Refusal
 * `invalid-parameter` for the callers of two services.
 */
export function smsConfiguration(given: GivenSmsConfiguration | undefined): SmsConfiguration | undefined {
  const { SnsCallerArn, EumsSms } = given ?? {};
  if (SnsCallerArn && EumsSms)
    throw invalidParameter('Only one of SnsCallerArn and EumsSms can be set in SmsConfiguration.');
  return SnsCallerArn || EumsSms ? (JSON.parse(JSON.stringify(given)) as SmsConfiguration) : undefined;
}
