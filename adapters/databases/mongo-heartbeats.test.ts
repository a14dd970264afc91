import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import type { MongoClient } from 'mongodb';
import { SILENT_MS, watchHeartbeats } from './mongo-heartbeats.ts';

/** What the driver tells, and a clock. */
function watched() {
  const client = new EventEmitter();
  let now = 0;
  const { isSilent } = watchHeartbeats(client as unknown as MongoClient, () => now);
  return {
    isSilent,
    tell: (event: string, server: string) =>
      client.emit(event, event.includes('Heartbeat') ? { connectionId: server } : { address: server }),
    pass: (ms: number) => {
      now += ms;
    },
  };
}

test('a server that is asked again and again is not silent, whatever it answers', () => {
  const { isSilent, tell, pass } = watched();
  tell('serverOpening', 'a:1');
  for (const event of ['serverHeartbeatStarted', 'serverHeartbeatSucceeded', 'serverHeartbeatFailed']) {
    pass(SILENT_MS);
    assert.equal(isSilent(), false);
    tell(event, 'a:1');
  }
  pass(SILENT_MS + 1);
  assert.equal(isSilent(), true);
});

test('one silent server of several is enough, and one that is no longer of the set does not count', () => {
  const { isSilent, tell, pass } = watched();
  tell('serverHeartbeatStarted', 'a:1');
  pass(SILENT_MS);
  tell('serverHeartbeatSucceeded', 'b:1');
  pass(1);
  assert.equal(isSilent(), true);
  tell('serverClosed', 'a:1');
  assert.equal(isSilent(), false);
});
