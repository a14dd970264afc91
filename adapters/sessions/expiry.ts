/** How long a record is kept past its end, for processes whose clocks are behind the one that wrote it. */
export const SLACK_MS = 60_000;

/** An expiry that every engine can compare. Anything else is a fault of the caller. */
export function checkedExpiry(expiresAt: number): number {
  if (!Number.isFinite(expiresAt)) throw new RangeError(`${expiresAt} is not a time of expiry`);
  return Math.floor(expiresAt);
}
