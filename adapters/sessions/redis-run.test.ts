import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Unavailable } from '../errors.ts';
import { inOurWords } from './redis-run.ts';

/** As the driver makes it: with the command and its arguments. */
function replyError(message: string): Error {
  return Object.assign(new Error(message), {
    name: 'ReplyError',
    command: { name: 'set', args: ['key', 'a refresh token'] },
  });
}

test('a server that runs but cannot serve is Unavailable', () => {
  const refusals = [
    "OOM command not allowed when used memory > 'maxmemory'.",
    "READONLY You can't write against a read only replica.",
    'LOADING Redis is loading the dataset in memory',
    'CLUSTERDOWN The cluster is down',
    'MISCONF Errors writing to the AOF file: No space left on device',
    'NOAUTH Authentication required.',
  ];
  for (const message of refusals) {
    const error = inOurWords(replyError(message));
    assert.ok(error instanceof Unavailable, message);
    assert.ok(error.cause instanceof Error);
    assert.equal(error.cause.message, message);
  }
  assert.ok(inOurWords(new Error('Connection is closed.')) instanceof Unavailable);
});

test('an error that is in our words already keeps its cause', () => {
  const error = new Unavailable('sessions', { cause: new Error('No replica confirmed it') });
  assert.equal(inOurWords(error), error);
});

test('a fault of ours stays one', () => {
  const error = inOurWords(replyError('WRONGTYPE Operation against a key holding the wrong kind of value'));
  assert.ok(!(error instanceof Unavailable));
  assert.match(error.message, /^WRONGTYPE/);
});

test('what was sent to Redis is in no error', () => {
  for (const message of ['OOM full', 'WRONGTYPE x']) {
    const error = inOurWords(replyError(message));
    for (const each of [error, error.cause]) assert.ok(!(each instanceof Object && 'command' in each));
  }
});
