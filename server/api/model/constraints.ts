/** What the model demands of one value, and faults in the words of the service. */
import type { Shape } from './models.ts';
import { compilePattern } from './pattern.ts';

type Value = string | number | boolean | Date | Uint8Array;

export interface Constraint {
  words: string;
  /** For lists and maps the value is the number of their members. */
  holds(value: Value): boolean;
}

/** The constraints of a shape itself, not of what it holds. */
export function constraintsOf(shape: Shape): Constraint[] {
  const { pattern, max, min } = shape;
  const size = ['string', 'blob', 'list', 'map'].includes(shape.type) ? 'length' : 'value';
  const constraints: Constraint[] = [];
  if (pattern !== undefined) {
    const compiled = compilePattern(shape.linearPattern ?? pattern);
    constraints.push({
      words: `Member must satisfy regular expression pattern: ${pattern}`,
      // What is too long is a fault already, and must not cost the time that some patterns take.
      holds: (value) => (max !== undefined && sizeOf(value) > max) || compiled.test(String(value)),
    });
  }
  if (max !== undefined)
    constraints.push({
      words: `Member must have ${size} less than or equal to ${max}`,
      holds: (value) => sizeOf(value) <= max,
    });
  if (min !== undefined)
    constraints.push({
      words: `Member must have ${size} greater than or equal to ${min}`,
      holds: (value) => sizeOf(value) >= min,
    });
  if (shape.enum) {
    const values = new Set(shape.enum);
    constraints.push({
      words: `Member must satisfy enum value set: [${shape.enum.join(', ')}]`,
      holds: (value) => values.has(String(value)),
    });
  }
  return constraints;
}

/** Characters are code points, as in the service's own counting; a pair of surrogates is one. */
function sizeOf(value: Value): number {
  if (typeof value === 'number') return value;
  if (value instanceof Uint8Array) return value.length;
  const text = String(value);
  return /[\ud800-\udfff]/.test(text) ? [...text].length : text.length;
}

/** More would only make the answer long; a caller mends these first. */
const MOST_FAULTS = 10;
/** Characters of a value that a fault repeats. */
const MOST_SHOWN = 200;

/** The faults of one input, in the order in which they were met. */
export class Faults {
  readonly #faults: string[] = [];

  get any(): boolean {
    return this.#faults.length > 0;
  }

  get full(): boolean {
    return this.#faults.length >= MOST_FAULTS;
  }

  /** @param shown how the value stands in the message, with a space before it; empty for a secret. */
  add(shown: string, path: string, constraint: string): void {
    if (!this.full)
      this.#faults.push(`Value${shown} at '${path}' failed to satisfy constraint: ${constraint}`);
  }

  message(): string {
    const { length } = this.#faults;
    return `${length} validation error${length === 1 ? '' : 's'} detected: ${this.#faults.join('; ')}`;
  }
}

/** A value as a fault repeats it, or nothing when a shape says that it is a secret. */
export function shown(value: unknown, ...shapes: Shape[]): string {
  if (shapes.some(({ sensitive }) => sensitive)) return '';
  const text = inWords(value);
  return ` '${text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}...` : text}'`;
}

/** As the service writes values. Lists and maps are shown three levels deep: a hostile one may have thousands. */
function inWords(value: unknown, levels = 3): string {
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (typeof value !== 'object' || value === null) return String(value);
  if (levels === 0) return '...';
  if (Array.isArray(value))
    return `[${value
      .slice(0, MOST_SHOWN)
      .map((item) => inWords(item, levels - 1))
      .join(', ')}]`;
  return `{${Object.entries(value)
    .slice(0, MOST_SHOWN)
    .map(([key, item]) => `${key}=${inWords(item, levels - 1)}`)
    .join(', ')}}`;
}
