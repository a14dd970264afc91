/** Values with one fault each, at every place of a shape: of another JSON type, or one past a limit of the model. */
import { constraintsOf } from '../../server/api/model/constraints.ts';
import { type Shape, shapeOf, USER_POOLS } from '../../server/api/model/models.ts';
import { allows, type Facts, fitting, textOf } from './fitting.ts';

/** Stands in every wrong value whose shape is a secret; no answer and no line of the log may repeat it. */
export const MARK = 'MARKOFASECRET';

export interface Fault {
  value: unknown;
  /** Where the service's words say that it stands, as in `userAttributes.1.member.name`. */
  path: string;
  what: string;
}

/** @param secret whether the shape, or what holds it, is a secret */
type OwnFaults = (shape: Shape, path: string, secret: boolean) => Fault[];

/** Every fault of that kind that an input of the operation can have. */
export function faultsOf(operation: string, own: OwnFaults, facts: Facts): Fault[] {
  const shape = shapeOf(USER_POOLS, USER_POOLS.operations[operation]?.input ?? '');
  return [...inside(shape, { path: '', secret: false }, own, facts)];
}

interface Place {
  path: string;
  secret: boolean;
}

function* within(shape: Shape, at: Place, own: OwnFaults, facts: Facts): Generator<Fault> {
  const secret = at.secret || shape.sensitive === true;
  yield* own(shape, at.path, secret);
  yield* inside(shape, { ...at, secret }, own, facts);
}

/** The faults of what a shape holds, each in a value that is otherwise right. */
function* inside(shape: Shape, at: Place, own: OwnFaults, facts: Facts): Generator<Fault> {
  const { path, secret } = at;
  const of = (reference: string | { shape: string } = '') => shapeOf(USER_POOLS, reference);
  if (shape.type === 'structure') {
    const right = fitting(shape, facts) as object;
    for (const [name, reference] of Object.entries(shape.members ?? {})) {
      const label = name.charAt(0).toLowerCase() + name.slice(1);
      for (const fault of within(
        // The model hides ids of clients, which are on every address of a sign-in; the audit log names them.
        name === 'ClientId' ? { ...of(reference), sensitive: false } : of(reference),
        { path: path ? `${path}.${label}` : label, secret },
        own,
        facts,
      ))
        yield { ...fault, value: { ...right, [name]: fault.value } };
    }
  } else if (shape.type === 'list') {
    for (const fault of within(of(shape.member), { path: `${path}.1.member`, secret }, own, facts))
      yield { ...fault, value: [fault.value] };
  } else if (shape.type === 'map') {
    const key = textOf(of(shape.key));
    for (const fault of within(of(shape.value), { path: `${path}.${key}.member`, secret }, own, facts))
      yield { ...fault, value: { [key]: fault.value } };
  }
}

const WRONG_TYPES: Partial<Record<Shape['type'], unknown[]>> = {
  boolean: [MARK, 1, [], {}],
  integer: [MARK, 1.5, true, [MARK], {}],
  long: [MARK, 1.5, true, [MARK], {}],
  double: [MARK, true, [], {}],
  timestamp: [MARK, true, [], {}],
  list: [MARK, 1, true, { [MARK]: MARK }],
  map: [MARK, 1, true, [MARK]],
  structure: [MARK, 1, true, [MARK]],
};

export const wrongTypes: OwnFaults = (shape, path) =>
  (WRONG_TYPES[shape.type] ?? [1, true, [MARK], { [MARK]: MARK }]).map((value) => ({
    value,
    path,
    what: `${JSON.stringify(value)} for a ${shape.type}`,
  }));

/** Texts that some pattern forbids. */
const ODD_TEXTS = [' ', '|', '\u0007', 'ü', '-', 'x', '0', '\u{e000}', 'a b'];

export const pastLimits: OwnFaults = (shape, path, secret) => {
  const values: [string, unknown][] = [];
  const add = (what: string, value: unknown) => values.push([what, value]);
  const { type, min, max } = shape;
  if (type === 'string') {
    const word = secret ? MARK : 'x';
    const text = (length: number) => word.repeat(Math.ceil(length / word.length)).slice(0, length);
    if (max !== undefined) add(`${max + 1} characters`, text(max + 1));
    if (min) add(`${min - 1} characters`, text(min - 1));
    if (shape.enum) add('none of the values', `${word}y`);
    const odd = shape.pattern ? oddText(shape) : undefined;
    if (odd !== undefined) add('another pattern', odd);
  } else if (type === 'list') {
    const item = fitting(shapeOf(USER_POOLS, shape.member ?? ''));
    if (max !== undefined) add(`${max + 1} items`, new Array(max + 1).fill(item));
    if (min) add(`${min - 1} items`, new Array(min - 1).fill(item));
  } else if (type === 'map') {
    if (max !== undefined) add(`${max + 1} entries`, entries(shape, max + 1));
    if (min) add('no entries', {});
  } else if (type === 'integer' || type === 'long') {
    if (max !== undefined) add(`${max + 1}`, max + 1);
    if (min !== undefined) add(`${min - 1}`, min - 1);
  }
  return values.map(([what, value]) => ({ what, value, path }));
};

/** A text of the right length that the pattern forbids; undefined when it forbids none of those that we know. */
function oddText(shape: Shape): string | undefined {
  const { min = 0 } = shape;
  const longEnough = ODD_TEXTS.map((text) => text.padEnd(min, text.slice(-1)));
  const others = constraintsOf({ ...shape, pattern: undefined, enum: undefined });
  return longEnough.find((text) => !allows(shape, text) && others.every(({ holds }) => holds(text)));
}

const entries = (shape: Shape, count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `${textOf(shapeOf(USER_POOLS, shape.key ?? ''))}${index}`,
      fitting(shapeOf(USER_POOLS, shape.value ?? '')),
    ]),
  );

/** Texts that mean something to a program somewhere; none is forbidden as such. */
const MEANINGFUL = [
  '__proto__',
  'constructor',
  '../../etc/passwd',
  '%00%0a',
  '<script>alert(1)</script>',
  "' OR 1=1 --",
  '{"$gt":""}',
  '*)(uid=*',
  '{####}{username}{##a##}',
  '\u{1d4b3}\u0301\u202e\ufeff',
];

/** Of them, tried at one place: there are thousands of places. */
const MOST_TEXTS = 4;

/** Values that the model allows and few expect: as long, short, large and small as may be, and texts of other languages. */
export const oddValues: OwnFaults = (shape, path) => {
  const { type, min, max } = shape;
  const values: unknown[] = [];
  if (type === 'string') {
    const longest = Math.min(max ?? 5000, 5000);
    const units = ['x', '0', '1_0', '+', '/'];
    const first = (length: number) =>
      units.map((unit) => unit.repeat(length).slice(0, length)).find((text) => allows(shape, text));
    const extremes = [first(longest), first(min ?? 0)].filter((text) => text !== undefined);
    values.push(...extremes, ...MEANINGFUL.filter((text) => allows(shape, text)).slice(0, MOST_TEXTS));
    values.push(...(shape.enum ?? []));
  } else if (type === 'list') {
    const item = fitting(shapeOf(USER_POOLS, shape.member ?? ''));
    values.push([], new Array(Math.min(max ?? 50, 500)).fill(item));
  } else if (type === 'map') values.push({}, entries(shape, Math.min(max ?? 50, 50)));
  else if (type === 'integer' || type === 'long') values.push(min ?? -(2 ** 31), max ?? 2 ** 31 - 1, 0);
  else if (type === 'boolean') values.push(true, false);
  else if (type === 'timestamp') values.push(0, -1, 8.64e12);
  return values.map((value) => ({ value, path, what: JSON.stringify(value)?.slice(0, 60) ?? '' }));
};
