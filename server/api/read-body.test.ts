import assert from 'node:assert/strict';
import { once } from 'node:events';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { BodyBrokeOff, BodyTooLarge, readBody } from './read-body.ts';

/** A request whose body comes as the test has it come. */
function incoming(headers: Record<string, string> = {}): IncomingMessage {
  const request = new IncomingMessage(new Socket());
  Object.assign(request.headers, headers);
  return request;
}

test('a body is read whole, in however many pieces it comes', async () => {
  for (const pieces of [[], ['{}'], ['{', '"a"', ':1}']]) {
    const request = incoming();
    const reading = readBody(request, 100);
    for (const piece of pieces) request.push(Buffer.from(piece));
    request.push(null);
    assert.equal((await reading).toString(), pieces.join(''));
  }
});

test('as much as may be is read; more is refused by its length before it is read, or as soon as it has come', async () => {
  const exact = incoming({ 'content-length': '5' });
  const reading = readBody(exact, 5);
  exact.push(Buffer.from('12345'));
  exact.push(null);
  assert.equal((await reading).length, 5);

  for (const length of ['6', '4294967297', '99999999999999999999'])
    await assert.rejects(readBody(incoming({ 'content-length': length }), 5), BodyTooLarge, length);

  const endless = incoming();
  const refused = assert.rejects(readBody(endless, 5), BodyTooLarge);
  for (const piece of ['123', '456']) endless.push(Buffer.from(piece));
  await refused;
  assert.equal(endless.listenerCount('data'), 0, 'what comes after it is kept by nobody');
});

test('a body that breaks off is refused, also between its last byte and its end', async () => {
  for (const error of [undefined, new Error('read ECONNRESET')]) {
    const request = incoming({ 'content-length': '5' });
    const refused = assert.rejects(readBody(request, 5), BodyBrokeOff);
    request.push(Buffer.from('12345'));
    request.destroy(error);
    await refused;
  }
});

test('a body that broke off before anybody read it is refused as well', async () => {
  const request = incoming({ 'content-length': '5' });
  request.push(Buffer.from('12345'));
  request.destroy();
  await once(request, 'close');
  await assert.rejects(Promise.race([readBody(request, 5), turn('waits for ever')]), BodyBrokeOff);
});
