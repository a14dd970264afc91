/** For tests of what a store does rather than how soon: a machine that runs other tests as well may stop for a second. */
export const UNHURRIED_MS = 30_000;
