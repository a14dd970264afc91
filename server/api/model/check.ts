/**
 * Checks an input against its shape and copies what the model knows: types, required members, lengths, ranges,
 * patterns, enumerations. Unknown members are left behind, as the service does, and with them whatever a caller hoped
 * to smuggle in. A wrong type ends the call at once; faults of content are gathered and told in the service's words.
 */
import { invalidParameter } from '../../errors.ts';
import { ProtocolFault } from '../errors.ts';
import { type Constraint, constraintsOf, Faults, shown } from './constraints.ts';
import { type Model, type Shape, shapeOf } from './models.ts';

/** Gives the checked copy of a value, and tells the faults it met. `path` is where the value stands. */
type Check = (value: unknown, path: string, faults: Faults) => unknown;

/**
 * The check of an operation's input, compiled once. It throws ProtocolFault `SerializationException` for a value of
 * the wrong type, Refusal `invalid-parameter` for everything else.
 */
export function compileInput(model: Model, shapeName: string): (input: unknown) => object {
  const check = compile(model, shapeOf(model, shapeName));
  return function checkInput(input) {
    const faults = new Faults();
    const checked = check(input, '', faults);
    if (faults.any) throw invalidParameter(faults.message());
    return checked as object;
  };
}

/** @param secret whether what holds the shape is a secret; then so is the shape, whatever it says itself */
function compile(model: Model, own: Shape, secret = false): Check {
  const shape = secret ? { ...own, sensitive: true } : own;
  switch (shape.type) {
    case 'structure':
      return structure(model, shape);
    case 'list':
      return list(model, shape);
    case 'map':
      return map(model, shape);
    default:
      return simple(shape);
  }
}

function structure(model: Model, shape: Shape): Check {
  const members = Object.entries(shape.members ?? {}).map(([name, reference]) => ({
    name,
    // The service's messages begin every name with a small letter.
    label: name.charAt(0).toLowerCase() + name.slice(1),
    required: shape.required?.includes(name) ?? false,
    check: compile(model, shapeOf(model, reference), shape.sensitive),
  }));
  return (value, path, faults) => {
    const given = object(value);
    const copied: Record<string, unknown> = {};
    for (const { name, label, required, check } of members) {
      const member = Object.hasOwn(given, name) ? given[name] : undefined;
      if (member === undefined || member === null) {
        if (required) faults.add(' null', path ? `${path}.${label}` : label, NOT_NULL);
      } else copied[name] = check(member, path ? `${path}.${label}` : label, faults);
    }
    return copied;
  };
}

const NOT_NULL = 'Member must not be null';

function list(model: Model, shape: Shape): Check {
  const constraints = constraintsOf(shape);
  const members = compileMembers(model, shape, shape.member, 'Member must satisfy constraint');
  return (value, path, faults) => {
    if (!Array.isArray(value)) throw wrongType(value, 'a List');
    const text = () => shown(value, shape, members.shape);
    for (const { words, holds } of constraints) if (!holds(value.length)) faults.add(text(), path, words);
    return members.check(
      value.map((item, index) => [`${path}.${index + 1}.member`, item]),
      text,
      path,
      faults,
    );
  };
}

function map(model: Model, shape: Shape): Check {
  const constraints = constraintsOf(shape);
  const keys = compileMembers(model, shape, shape.key, 'Map keys must satisfy constraint');
  const values = compileMembers(model, shape, shape.value, 'Map value must satisfy constraint');
  return (value, path, faults) => {
    const entries = Object.entries(object(value)).filter(([, item]) => item !== null);
    const text = () => shown(value, shape, keys.shape, values.shape);
    for (const { words, holds } of constraints) if (!holds(entries.length)) faults.add(text(), path, words);
    const names = entries.map(([key]) => key);
    keys.check(
      names.map((key) => [`${path}.key`, key]),
      text,
      path,
      faults,
    );
    const checked = values.check(
      entries.map(([key, item]) => [`${path}.${key}.member`, item]),
      text,
      path,
      faults,
    );
    // From entries, and not by assignment: a key `__proto__` must stay a key.
    return Object.fromEntries(names.map((key, index) => [key, checked[index]]));
  };
}

interface Members {
  shape: Shape;
  /** Checks pairs of path and value. `text` shows the list or map that holds them, which stands at `path`. */
  check(items: [path: string, value: unknown][], text: () => string, path: string, faults: Faults): unknown[];
}

/** Simple members are told with the whole list or map, in one fault; structures each at their own path. */
function compileMembers(model: Model, holder: Shape, reference: string | undefined, words: string): Members {
  const shape = shapeOf(model, reference ?? '');
  const check = compile(model, shape, holder.sensitive);
  const nested = ['structure', 'list', 'map'].includes(shape.type);
  const all = `${words}: [${constraintsOf(shape)
    .map((constraint) => constraint.words)
    .join(', ')}]`;
  return {
    shape,
    check(items, text, path, faults) {
      const own = nested ? faults : new Faults();
      const checked = items.map(([at, item]) => {
        if (item === null || item === undefined) faults.add(' null', at, NOT_NULL);
        else if (!faults.full) return check(item, at, own);
        return undefined;
      });
      if (own !== faults && own.any) faults.add(text(), path, all);
      return checked;
    },
  };
}

function simple(shape: Shape): Check {
  const typed = typeCheck(shape.type);
  const constraints: Constraint[] = constraintsOf(shape);
  return (value, path, faults) => {
    const given = typed(value);
    for (const { words, holds } of constraints)
      if (!holds(given)) faults.add(shown(given, shape), path, words);
    return given;
  };
}

/** The value in the type that operations use. JSON has fewer types than the model. */
function typeCheck(type: Shape['type']): (value: unknown) => string | number | boolean | Date | Uint8Array {
  switch (type) {
    case 'boolean':
      return (value) => {
        if (typeof value !== 'boolean') throw wrongType(value, 'a Boolean');
        return value;
      };
    case 'integer':
      return (value) => {
        // 32 bits, as everyone who reads an answer takes it to be.
        if (!Number.isInteger(value) || value !== ((value as number) | 0))
          throw wrongType(value, 'an Integer');
        return value as number;
      };
    case 'long':
      return (value) => {
        if (!Number.isSafeInteger(value)) throw wrongType(value, 'a Long');
        return value as number;
      };
    case 'double':
      return (value) => {
        if (!Number.isFinite(value)) throw wrongType(value, 'a Double');
        return value as number;
      };
    case 'timestamp':
      return (value) => {
        const date = new Date(typeof value === 'number' ? value * 1000 : Number.NaN);
        if (Number.isNaN(date.getTime())) throw wrongType(value, 'a Timestamp');
        return date;
      };
    case 'blob':
      return (value) => {
        if (typeof value !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(value))
          throw wrongType(value, 'a Blob');
        return new Uint8Array(Buffer.from(value, 'base64'));
      };
    default:
      return (value) => {
        if (typeof value !== 'string') throw wrongType(value, 'a String');
        return value;
      };
  }
}

function object(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw wrongType(value, 'a Structure');
  return value as Record<string, unknown>;
}

/** What is written in braces or brackets. */
const NESTED = new Set(['a List', 'a Structure']);

/** In the words of the service, which name the kind of value only: what stands there may be a secret. */
function wrongType(value: unknown, expected: string): ProtocolFault {
  return new ProtocolFault('SerializationException', wrongTypeWords(value, expected));
}

function wrongTypeWords(value: unknown, expected: string): string {
  if (value === null) return `NULL_VALUE can not be converted to ${expected}`;
  if (Array.isArray(value)) return 'Start of list found where not expected';
  if (typeof value === 'object') return 'Start of structure or map found where not expected.';
  if (NESTED.has(expected)) return 'Unexpected field type';
  const kind = typeof value === 'boolean' ? String(value) : typeof value;
  return `${kind.toUpperCase()}_VALUE can not be converted to ${expected}`;
}
