import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { Unavailable } from '../errors.ts';

/** Calls until it succeeds: noticing that a server is back takes a client a moment. The test's timeout is the limit. */
export async function answersAgain(call: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await call();
      return;
    } catch (error) {
      assert.ok(error instanceof Unavailable, String(error));
      await turn();
    }
  }
}
