/**
 * The ids that Foyer makes, in the service's own form: pools name their region, clients are 26 letters and digits.
 */
import { randomInt } from 'node:crypto';

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';
const LETTERS = LOWER.toUpperCase() + LOWER;

const POOL_ID = /^([a-z]{2}(?:-[a-z]+)+-\d)_[0-9A-Za-z]{1,30}$/;

/** @param region such as `eu-central-1`, which gives `eu-central-1_Ab12Cd34E`. */
export const newPoolId = (region: string): string => `${region}_${randomText(DIGITS + LETTERS, 9)}`;

export const isPoolId = (id: string): boolean => POOL_ID.test(id);

/** The region that a pool id names; undefined when it is no pool id. */
export const regionOf = (poolId: string): string | undefined => POOL_ID.exec(poolId)?.[1];

export const newClientId = (): string => randomText(DIGITS + LOWER, 26);

/** Carries 263 bits: guessing one is hopeless even without a limit on tries. */
export const newClientSecret = (): string => randomText(DIGITS + LOWER, 51);

function randomText(alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
}
