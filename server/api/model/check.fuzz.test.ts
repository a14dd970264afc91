import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anyText, fc, textOf } from '#adapters/testing/fuzz.ts';
import { Refusal } from '../../errors.ts';
import { ProtocolFault } from '../errors.ts';
import { compileInput } from './check.ts';
import { constraintsOf } from './constraints.ts';
import { type Shape, shapeOf, USER_POOLS } from './models.ts';
import { compilePattern } from './pattern.ts';

const MARK = 'a-secret-that-no-message-may-repeat';
const operations = Object.entries(USER_POOLS.operations).map(([name, { input }]) => ({
  name,
  shape: shapeOf(USER_POOLS, input),
  check: compileInput(USER_POOLS, input),
}));

const noise = fc.oneof(fc.jsonValue({ maxDepth: 3 }), anyText());
const TEXTS = [
  ...[
    'a',
    'maria',
    'eu-central-1_Ab12Cd34E',
    'https://app.test/cb',
    'mia@example.com',
    '1',
    '12345678',
    '123456',
  ],
  ...[
    'arn:aws:iam::123456789012:role/role-of-somebody',
    '{####} and {username}',
    '{##link##} {####} ok',
    'custom:a',
  ],
  ...['x'.repeat(300), 'cognito:default', '+4930123456', '0'.repeat(26), ''],
];
const text = fc.oneof(fc.constantFrom(...TEXTS), anyText());

/** Mostly what the shape allows. */
function nearText(shape: Shape): fc.Arbitrary<string> {
  const constraints = constraintsOf(shape);
  const good = [...(shape.enum ?? TEXTS), ...(shape.sensitive ? [MARK] : [])].filter((value) =>
    constraints.every(({ holds }) => holds(value)),
  );
  const bad = shape.sensitive ? text.map((value) => MARK + value) : text;
  return good.length
    ? fc.oneof({ weight: 30, arbitrary: fc.constantFrom(...good) }, { weight: 1, arbitrary: bad })
    : bad;
}

/** Values that come close to what a shape wants: most members are of its type, some are anything. */
function near(shape: Shape, depth = 0): fc.Arbitrary<unknown> {
  const inner = (reference: string | { shape: string } = '') =>
    near(shapeOf(USER_POOLS, reference), depth + 1);
  const fitting = (): fc.Arbitrary<unknown> => {
    if (depth > 4) return fc.constant({});
    switch (shape.type) {
      case 'structure': {
        const members: Record<string, fc.Arbitrary<unknown>> = { Unknown: text };
        for (const [name, reference] of Object.entries(shape.members ?? {})) members[name] = inner(reference);
        return fc.record(members, { requiredKeys: shape.required ?? [] });
      }
      case 'list':
        return fc.array(inner(shape.member), { maxLength: 3 });
      case 'map':
        return fc.dictionary(fc.oneof(text, fc.constant('__proto__')), inner(shape.value), { maxKeys: 3 });
      case 'boolean':
        return fc.boolean();
      case 'integer':
      case 'long':
        return fc.oneof(fc.integer({ min: shape.min ?? 0, max: shape.max ?? 60 }), fc.integer());
      case 'double':
      case 'timestamp':
        return fc.double();
      case 'blob':
        return fc.base64String({ maxLength: 20 });
      default:
        return nearText(shape);
    }
  };
  return fc.oneof({ weight: 60, arbitrary: fitting() }, { weight: 1, arbitrary: noise });
}
const calls = fc
  .constantFrom(...operations)
  .chain((operation) => near(operation.shape).map((input) => ({ operation, input })));

/** Everything that was copied is where the model has a place for it, and is what was sent there. */
function agrees(shape: Shape, copied: unknown, sent: unknown): void {
  const inner = (reference: string | { shape: string } = '') => shapeOf(USER_POOLS, reference);
  const [copy, origin] = [copied, sent] as Record<string, unknown>[];
  if (shape.type === 'structure' || shape.type === 'map')
    for (const [name, value] of Object.entries(copy ?? {})) {
      const member = shape.type === 'map' ? shape.value : shape.members?.[name];
      assert.ok(member !== undefined, `${name} has no place`);
      agrees(inner(member), value, Object.entries(origin ?? {}).find(([key]) => key === name)?.[1]);
    }
  else if (shape.type === 'list')
    for (const [index, item] of (copied as unknown[]).entries())
      agrees(inner(shape.member), item, (sent as unknown[])[index]);
  else if (copied instanceof Date) assert.equal(copied.getTime(), new Date(Number(sent) * 1000).getTime());
  else if (copied instanceof Uint8Array)
    assert.deepEqual(copied, new Uint8Array(Buffer.from(String(sent), 'base64')));
  else assert.equal(copied, sent);
}

test('whatever is sent to whichever operation, it is refused by name, or what the model knows of it goes on unchanged', () => {
  fc.assert(
    fc.property(calls, ({ operation, input }) => {
      try {
        agrees(operation.shape, operation.check(input), input);
      } catch (error) {
        if (error instanceof ProtocolFault) assert.equal(error.type, 'SerializationException');
        else if (error instanceof Refusal) assert.equal(error.reason, 'invalid-parameter');
        else throw error;
        assert.ok(!error.message.includes(MARK), error.message);
        assert.ok(error.message.length < 10_000, 'a refusal is not a way to make us send much');
      }
    }),
  );
});

test('a value that was accepted is accepted again', () => {
  fc.assert(
    fc.property(calls, ({ operation, input }) => {
      let copied: object;
      try {
        copied = operation.check(input);
      } catch {
        return;
      }
      // Dates and bytes are of other types than what came over the wire.
      let sameTypes = true;
      const plain = JSON.stringify(copied, function keep(this: Record<string, unknown>, key, value) {
        if (this[key] instanceof Date || value instanceof Uint8Array) sameTypes = false;
        return value;
      });
      if (sameTypes) assert.deepEqual(operation.check(JSON.parse(plain)), copied);
    }),
  );
});

const patterns = Object.entries(USER_POOLS.shapes).filter(([, { pattern }]) => pattern !== undefined);

test('a pattern that was written anew to be quick matches what the one of the model does', async () => {
  const pieces = textOf(
    ['{####}', '{##', '##}', '{', '}', '#', 'a', ' ', '\n', '\u0000', '\u200b', '{##x##}'],
    8,
  );
  for (const [name, { pattern = '', linearPattern }] of patterns) {
    if (linearPattern === undefined) continue;
    const [slow, quick] = [compilePattern(pattern), compilePattern(linearPattern)];
    fc.assert(fc.property(pieces, (text) => assert.equal(quick.test(text), slow.test(text), name)));
  }
});

test('no pattern takes more than a pass over a text: this test would not end', () => {
  for (const [, shape] of patterns)
    for (const unit of ['a', '0', '-', '@', '.', ' ', '{####}', '{##', 'a.', '{##a##}']) {
      const length = Math.min(shape.max ?? 400_000, 400_000);
      const text = `${unit.repeat(Math.ceil(length / unit.length)).slice(1, length)}\u0000`;
      for (const { holds } of constraintsOf(shape)) holds(text);
    }
});
