/**
 * An operation's answer -> what JSON carries: timestamps as seconds with a fraction, bytes in base64, and only members
 * that the model names, so that no answer tells more than the API does.
 */
import { type Model, type Shape, shapeOf } from './models.ts';

type Write = (value: unknown) => unknown;

/** The writer of an operation's output, compiled once. Operations without an output answer `{}`. */
export function compileOutput(model: Model, shapeName: string | undefined): (answer: unknown) => object {
  if (!shapeName) return () => ({});
  const write = compile(model, shapeOf(model, shapeName));
  return (answer) => write(answer ?? {}) as object;
}

function compile(model: Model, shape: Shape): Write {
  switch (shape.type) {
    case 'structure': {
      const members = Object.entries(shape.members ?? {}).map(
        ([name, reference]) => [name, compile(model, shapeOf(model, reference))] as const,
      );
      return (value) => {
        const given = value as Record<string, unknown>;
        // A loop, since a page of a list passes here a thousand times.
        const written: Record<string, unknown> = {};
        for (const [name, write] of members) {
          const member = given[name];
          if (member !== undefined) written[name] = write(member);
        }
        return written;
      };
    }
    case 'list': {
      const write = compile(model, shapeOf(model, shape.member ?? ''));
      return (value) => (value as unknown[]).map(write);
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
      return (value) => value;
  }
}
