import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileOutput } from './answer.ts';
import type { Model } from './models.ts';

const model: Model = {
  service: 'cognito-idp',
  operations: {},
  shapes: {
    Output: { type: 'structure', members: { Pairs: 'Pairs', Texts: 'Texts' } },
    Pairs: { type: 'list', member: 'Pair' },
    Pair: { type: 'structure', members: { Name: 'Text', Value: 'Text' } },
    Texts: { type: 'list', member: 'Text' },
    Text: { type: 'string' },
  },
};

test('of structures whose members are written as they are, too, only what the model names is answered', () => {
  const write = compileOutput(model, 'Output');
  const Pairs = [
    { Name: 'a', Value: 'b' },
    { Name: 'c', secret: 'x' },
    { Value: 'd', Name: 'e', secret: 'y' },
  ];
  assert.deepEqual(JSON.parse(JSON.stringify(write({ Pairs, Texts: ['f'], secret: 'z' }))), {
    Pairs: [{ Name: 'a', Value: 'b' }, { Name: 'c' }, { Name: 'e', Value: 'd' }],
    Texts: ['f'],
  });
  assert.equal(Pairs[1]?.secret, 'x', 'what was given is left as it is');
});
