import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_LIMITS } from './limits.ts';
import { InvalidSettings, loadSettings } from './load.ts';
import { SERVICE_RATES } from './rates.ts';

const load = (environment: Record<string, string> = {}) =>
  loadSettings({ FOYER_MODE: 'development', FOYER_DATA_FOLDER: ':memory:', ...environment });

test('rates are off unless they are asked for, and any of them can be changed or switched off', () => {
  assert.equal(load().rates, undefined);
  assert.equal(load({ FOYER_RATES: 'off' }).rates, undefined);
  assert.deepEqual(load({ FOYER_RATES: 'service' }).rates, SERVICE_RATES);
  assert.deepEqual(load({ FOYER_RATES: 'service,describe=50,list=0' }).rates, {
    ...SERVICE_RATES,
    describe: 50,
    list: 0,
  });
  for (const wrong of [
    'on',
    'service,everything=5',
    'service,list=-1',
    'service,list',
    'list=5',
    'off,list=5',
  ])
    assert.throws(() => load({ FOYER_RATES: wrong }), InvalidSettings, wrong);
});

test('limits have defaults, and any of them can be changed or switched off', () => {
  assert.deepEqual(load().limits, DEFAULT_LIMITS);
  assert.deepEqual(
    load({ FOYER_LIMIT_MESSAGES_PER_ADDRESS: '7', FOYER_LIMIT_MESSAGES_PER_POOL: '0' }).limits,
    {
      ...DEFAULT_LIMITS,
      messages: { perAddress: 7, perPool: 0 },
    },
  );
  assert.throws(() => load({ FOYER_LIMIT_GUESSES_PER_ADDRESS: '-1' }), InvalidSettings);
  assert.throws(() => load({ FOYER_LIMIT_GUESSES_PER_ADDRESS: '1.5' }), InvalidSettings);
});
