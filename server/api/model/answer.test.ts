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
  assert.deepEqual(JSON.parse(write({ Pairs, Texts: ['f'], secret: 'z' })), {
    Pairs: [{ Name: 'a', Value: 'b' }, { Name: 'c' }, { Name: 'e', Value: 'd' }],
    Texts: ['f'],
  });
  assert.equal(Pairs[1]?.secret, 'x', 'what was given is left as it is');
});

test('an answer is the same whether what it lists is frozen or not, and new when that is another', () => {
  const write = compileOutput(model, 'Output');
  const pair = (Value: string) => ({ Name: '"quoted", é', Value });
  const loose = pair('one');
  assert.equal(
    write({ Pairs: [loose, Object.freeze(pair('two'))] }),
    write({ Pairs: [pair('one'), pair('two')] }),
  );
  loose.Value = 'changed';
  assert.deepEqual(JSON.parse(write({ Pairs: [loose] })), { Pairs: [pair('changed')] });
  const frozen = Object.freeze(pair('three'));
  for (const turn of ['first', 'again'])
    assert.deepEqual(JSON.parse(write({ Pairs: [frozen], Texts: [turn] })), {
      Pairs: [frozen],
      Texts: [turn],
    });
  assert.equal(write({ Pairs: [], Texts: undefined }), '{"Pairs":[]}');
  assert.equal(write(undefined), '{}');
  assert.equal(compileOutput(model, undefined)({ anything: 1 }), '{}');
});
