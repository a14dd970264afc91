/**
 * Values that the service's model allows, made from the model itself, so that an operation that lands is walked
 * without a line here. Its neighbour `faults.ts` breaks them in one place each. Nothing here sends anything.
 */
import assert from 'node:assert/strict';
import { constraintsOf } from '../../server/api/model/constraints.ts';
import { type Shape, shapeOf, USER_POOLS } from '../../server/api/model/models.ts';

/** Texts to choose from; the first that a shape's constraints allow. */
const EXAMPLES = [
  'example',
  '123456',
  'Example-Passw0rd-1',
  'us-east-1_Example01',
  'us-east-1_0a1b2c3d-0a1b-2c3d-4e5f-0a1b2c3d4e5f',
  'someone@example.com',
  'https://app.example.com/callback',
  'arn:aws:iam::123456789012:role/example',
  'arn:aws:acm:us-east-1:123456789012:certificate/example',
  'Your code is {####}, {username}.',
  'Follow {##this link##}.',
  'sixteencharacters',
  'twentycharacterslong',
  'twentyfourcharacterslong',
  'tkn0123456789abcdefghijklmno',
  'import-example',
  'terms-of-use',
  'cognito:default',
  '0a1b2c3d-0a1b-4c3d-8e5f-0a1b2c3d4e5f',
  '#ffffff',
  'Level1',
];

export type Facts = Readonly<Record<string, unknown>>;

/** An input with what an operation requires. `facts` gives values for members of these names, at any depth. */
export function fittingInput(operation: string, facts: Facts = {}): Record<string, unknown> {
  const shape = shapeOf(USER_POOLS, USER_POOLS.operations[operation]?.input ?? '');
  return structure(shape, facts);
}

/** A value that the shape allows; the smallest that comes to hand. */
export function fitting(shape: Shape, facts: Facts = {}): unknown {
  switch (shape.type) {
    case 'structure':
      return structure(shape, facts);
    case 'list': {
      const item = shapeOf(USER_POOLS, shape.member ?? '');
      return Array.from({ length: shape.min ?? 0 }, () => fitting(item, facts));
    }
    case 'map': {
      const key = textOf(shapeOf(USER_POOLS, shape.key ?? ''));
      return shape.min ? { [key]: fitting(shapeOf(USER_POOLS, shape.value ?? ''), facts) } : {};
    }
    case 'boolean':
      return false;
    case 'timestamp':
      return 1_700_000_000;
    case 'blob':
      return Buffer.alloc(shape.min ?? 1).toString('base64');
    case 'string':
      return textOf(shape);
    default:
      return Math.max(shape.min ?? 1, Math.min(1, shape.max ?? 1));
  }
}

function structure(shape: Shape, facts: Facts): Record<string, unknown> {
  return Object.fromEntries(
    (shape.required ?? []).map((name) => [
      name,
      Object.hasOwn(facts, name)
        ? facts[name]
        : fitting(shapeOf(USER_POOLS, shape.members?.[name] ?? ''), facts),
    ]),
  );
}

export const allows = (shape: Shape, text: string) => constraintsOf(shape).every(({ holds }) => holds(text));

/** Examples that are padded to the length that some texts must have at least. */
const PADDED = EXAMPLES.flatMap((text) => [text, text.padEnd(20, '0'), text.padEnd(40, '0')]);

export function textOf(shape: Shape): string {
  const found = [...(shape.enum ?? []), ...PADDED].find((text) => allows(shape, text));
  assert.ok(found !== undefined, `no example fits ${JSON.stringify(shape)}: add one`);
  return found;
}
