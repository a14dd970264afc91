import assert from 'node:assert/strict';
import { Refusal } from '../../errors.ts';
import { ProtocolFault } from '../errors.ts';

/** Demands that a call is refused with this `__type`, and this text when one is given. */
export async function refusal(
  call: Promise<unknown>,
  type: string,
  message: string | RegExp = /./,
): Promise<void> {
  await assert.rejects(call, (error) => {
    assert.ok(error instanceof Refusal || error instanceof ProtocolFault, String(error));
    assert.equal(error instanceof Refusal ? error.code : error.type, type, error.message);
    if (typeof message === 'string') assert.equal(error.message, message);
    else assert.match(error.message, message);
    return true;
  });
}
