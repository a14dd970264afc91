import assert from 'node:assert/strict';
import { test } from 'node:test';
import { censor, HIDDEN } from './log.ts';

test('secrets are replaced in a record, in what it holds and in what that holds', () => {
  const censored = censor({
    user: 'mina',
    password: 'a',
    request: { ClientSecret: 'b', headers: { authorization: 'c', host: 'd' } },
    codes: [{ code: 'e', at: 1 }],
  });
  assert.deepEqual(censored, {
    user: 'mina',
    password: HIDDEN,
    request: { ClientSecret: HIDDEN, headers: { authorization: HIDDEN, host: 'd' } },
    codes: [{ code: HIDDEN, at: 1 }],
  });
});

test('what is logged is left as it was', () => {
  const record = { token: 'a', inner: { code: 'b' } };
  censor(record);
  assert.deepEqual(record, { token: 'a', inner: { code: 'b' } });
  const harmless = { method: 'GET', at: new Date(0), nothing: null };
  assert.equal(censor(harmless), harmless);
});
