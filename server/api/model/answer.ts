/**
 * An operation's answer -> JSON: timestamps as seconds with a fraction, bytes in base64, and only members that the model
 * names, so that no answer tells more than the API does.
 */
import { type Model, type Shape, shapeOf } from './models.ts';

type Reference = Parameters<typeof shapeOf>[1];

/** A value -> what JSON carries of it. */
type Write = (value: unknown) => unknown;

/** Of most members, which are written as they are; known by this name, since calling it took longer than the rest. */
const asIs: Write = (value) => value;

/** The writer of an operation's output, compiled once. Operations without an output answer `{}`. */
export function compileOutput(model: Model, shapeName: string | undefined): (answer: unknown) => string {
  const members = Object.entries((shapeName && shapeOf(model, shapeName).members) || {}).map(
    ([name, reference]) => [`${JSON.stringify(name)}:`, name, compileText(model, reference)] as const,
  );
  return (answer) => {
    const given = (answer ?? {}) as Record<string, unknown>;
    let text = '';
    for (const [label, name, write] of members) {
      const member = given[name];
      if (member !== undefined) text += `${text && ','}${label}${write(member)}`;
    }
    return `{${text}}`;
  };
}

function compileText(model: Model, reference: Reference): (value: unknown) => string {
  const shape = shapeOf(model, reference);
  const item = shape.type === 'list' ? shapeOf(model, shape.member ?? '') : undefined;
  if (item?.type === 'structure') {
    const write = compileOnce(compile(model, item));
    return (value) => `[${(value as object[]).map(write).join(',')}]`;
  }
  const write = compile(model, shape);
  return (value) => JSON.stringify(write(value));
}

/**
 * What is frozen, with all that it holds, will never be anything else, and is written once: a list of people is asked for
 * again and again, and shows the same ones.
 */
function compileOnce(write: Write): (item: object) => string {
  const texts = new WeakMap<object, string>();
  return (item) => {
    const known = texts.get(item);
    if (known !== undefined) return known;
    const text = JSON.stringify(write(item));
    if (Object.isFrozen(item)) texts.set(item, text);
    return text;
  };
}

function compile(model: Model, shape: Shape): Write {
  switch (shape.type) {
    case 'structure':
      return compileStructure(model, shape);
    case 'list': {
      const write = compile(model, shapeOf(model, shape.member ?? ''));
      return (value) => (write === asIs ? value : (value as unknown[]).map(write));
    }
    case 'map': {
      const write = compile(model, shapeOf(model, shape.value ?? ''));
      return (value) =>
        Object.fromEntries(Object.entries(value as object).map(([key, item]) => [key, write(item)]));
    }
    case 'timestamp':
      return (value) => (value as Date).getTime() / 1000;
    case 'blob':
      return (value) => Buffer.from(value as Uint8Array).toString('base64');
    default:
      return asIs;
  }
}

function compileStructure(model: Model, shape: Shape): Write {
  const members = Object.entries(shape.members ?? {}).map(
    ([name, reference]) => [name, compile(model, shapeOf(model, reference))] as const,
  );
  const names = new Set(members.map(([name]) => name));
  const plain = members.every(([, write]) => write === asIs);
  return (value) => {
    const given = value as Record<string, unknown>;
    // Such as a name and its value, which a page of a list has some hundred times: copied only to leave something out.
    if (plain && onlyHas(given, names)) return given;
    const written: Record<string, unknown> = {};
    for (const [name, write] of members) {
      const member = given[name];
      if (member !== undefined) written[name] = write === asIs ? member : write(member);
    }
    return written;
  };
}

function onlyHas(given: object, names: ReadonlySet<string>): boolean {
  for (const name in given) if (!names.has(name)) return false;
  return true;
}
