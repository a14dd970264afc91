/**
 * Engines: what the implementations of several doors share about one database (opening it, its schema version, its
 * failures, its order of text). The doors beside this folder use it; it knows nothing of accounts, directory or
 * sessions, and nobody outside adapters imports it.
 *
 * Every engine keeps a record as one JSON text. Attribute names, tags and trigger settings may hold dots, dollar
 * signs and words such as `__proto__`, which the document fields of a database cannot all carry unchanged.
 */
import { TooLarge } from '../errors.ts';

/** Bytes. The largest honest record, a grant with many claims, has some ten thousand. */
export const LARGEST_RECORD = 1024 * 1024;

/** Throws TooLarge. */
export function recordText(record: object): string {
  const text = JSON.stringify(record);
  const bytes = Buffer.byteLength(text);
  if (bytes > LARGEST_RECORD) throw new TooLarge(bytes, LARGEST_RECORD);
  return text;
}

/** The record, as the writer's type: only this product writes to its stores. */
export function readRecord<T extends object>(text: unknown): T {
  return JSON.parse(String(text)) as T;
}

/** The same, so that nobody can change it: for what is remembered, and handed to everybody who asks. */
export function readFrozen<T extends object>(text: unknown): T {
  return frozen(readRecord<T>(text));
}

/** The value, which nobody can change from now on, nor anything that it holds. */
export function frozen<T extends object>(value: T): T {
  // A loop without a list of the members, which took as long as the rest.
  for (const name in value) {
    const member = value[name];
    if (typeof member === 'object' && member) frozen(member);
  }
  return Object.freeze(value);
}
