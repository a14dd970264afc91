/**
 * The time, as a value that can be handed around. Rules and stores are given a clock instead of reading
 * `Date.now` themselves, so that a test can ask what happens tomorrow.
 */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
}

/** The machine's clock. Read through `Date.now` on each call: tests shift that function in a preload. */
export const systemClock: Clock = { now: () => Date.now() };
