import type { Logger } from '../../log.ts';

/** A logger that keeps its lines, as JSON, with the stack of every error. */
export function recorder(lines: string[]): Logger {
  const write = (fields: object, message: string) =>
    void lines.push(
      JSON.stringify({ ...fields, message }, (_, value) =>
        value instanceof Error ? String(value.stack) : value,
      ),
    );
  return { info: write, warn: write, error: write } as Partial<Logger> as Logger;
}
