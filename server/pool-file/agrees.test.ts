import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agrees } from './agrees.ts';

test('members that are not wanted do not count, lists are sets', () => {
  assert.ok(agrees({ a: 1, b: ['x', 'y'], c: { d: true, e: 2 } }, { b: ['y', 'x'], c: { d: true } }));
});

test('a missing, different or additional item disagrees', () => {
  assert.ok(!agrees({ a: 1 }, { a: 2 }));
  assert.ok(!agrees({}, { a: undefined, b: 1 }));
  assert.ok(!agrees({ b: ['x', 'y'] }, { b: ['x'] }));
  assert.ok(!agrees({ b: ['x'] }, { b: ['x', 'y'] }));
  assert.ok(!agrees({ b: undefined }, { b: [] }));
  assert.ok(!agrees(null, { a: 1 }));
});
