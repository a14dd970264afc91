/**
 * Templates to text: the only file that imports ejs. Pages and e-mails go through it. A template sees the data that
 * it is given and nothing else; it imports nothing and computes nothing. Every value is escaped: a template has no
 * way to print raw HTML (`architecture.test.ts` lets `<%-` stand before `include` only).
 * The floor: it knows no pool and no page.
 */
import { existsSync, readFileSync } from 'node:fs';
import ejs, { type TemplateFunction } from 'ejs';

/** `views/` lies beside `server/` in the sources, and one folder further up from `dist/server/`. */
const folder = [new URL('../views/', import.meta.url), new URL('../../views/', import.meta.url)].find((url) =>
  existsSync(new URL('layout.ejs', url)),
)?.pathname;

const compiled = new Map<string, TemplateFunction>();

/**
 * Renders `views/<name>.ejs` as HTML.
 * @param name such as `layout` or `emails/confirm/html`: part of the program, never of a request.
 * @throws when the template is missing, or uses a value that it was not given.
 */
export function render(name: string, data: object): string {
  return template(name, 'html')(data);
}

/** As `render`, for what is no HTML: subjects and plain text bodies, where an escaped `&` would be read as such. */
export function renderText(name: string, data: object): string {
  return template(name, 'text')(data);
}

function template(name: string, form: 'html' | 'text'): TemplateFunction {
  const key = `${form}:${name}`;
  let found = compiled.get(key);
  if (!found) {
    if (!folder) throw new Error('The folder with the views is missing');
    const filename = decodeURIComponent(`${folder}${name}.ejs`);
    found = ejs.compile(readFileSync(filename, 'utf8'), {
      filename,
      root: decodeURIComponent(folder),
      // ejs keeps partials by file name alone, so only one of the two ways of escaping may be kept.
      cache: form === 'html',
      rmWhitespace: form === 'html',
      ...(form === 'text' && { escape: (value?: unknown) => String(value ?? '') }),
    });
    compiled.set(key, found);
  }
  return found;
}
