/**
 * How long a client's tokens live, in seconds, and the ranges in which they may be set (HUI-14, USR-243): access and
 * ID tokens five minutes to a day, refresh tokens an hour to ten years.
 */
import type { ClientSettings } from '#adapters/directory/records.ts';
import { invalidParameter } from '../errors.ts';

const SECONDS = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 } as const;
const HOUR = SECONDS.hours;
const DAY = SECONDS.days;

type Lifetimes = Pick<
  ClientSettings,
  'AccessTokenValidity' | 'IdTokenValidity' | 'RefreshTokenValidity' | 'TokenValidityUnits'
>;

/** Seconds. Access and ID tokens count in hours and refresh tokens in days where no unit is set. */
export function tokenLifetimes(client: { settings: Lifetimes }): {
  access: number;
  id: number;
  refresh: number;
} {
  const { AccessTokenValidity, IdTokenValidity, RefreshTokenValidity, TokenValidityUnits } = client.settings;
  return {
    access: AccessTokenValidity
      ? AccessTokenValidity * SECONDS[TokenValidityUnits?.AccessToken ?? 'hours']
      : HOUR,
    id: IdTokenValidity ? IdTokenValidity * SECONDS[TokenValidityUnits?.IdToken ?? 'hours'] : HOUR,
    refresh: RefreshTokenValidity * SECONDS[TokenValidityUnits?.RefreshToken ?? 'days'],
  };
}

/** Throws Refusal `invalid-parameter` when a lifetime is outside its range. */
export function checkTokenLifetimes(settings: Lifetimes): void {
  const { access, id, refresh } = tokenLifetimes({ settings });
  const within = (seconds: number, from: number, to: number) => seconds >= from && seconds <= to;
  if (!within(access, 5 * 60, DAY) || !within(id, 5 * 60, DAY) || !within(refresh, HOUR, 3650 * DAY))
    throw invalidParameter('Invalid range for token validity.');
}
