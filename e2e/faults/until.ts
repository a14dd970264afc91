import { setTimeout as pause } from 'node:timers/promises';

/** Asks again until it is so. The limit is that of the test run. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await pause(10);
}
