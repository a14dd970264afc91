/**
 * Patterns of the model are Java regular expressions that the whole value must match; this makes JavaScript ones of
 * them. Both know `\p{..}`; they differ in `\s`, in flags written inside, and in what a pattern is matched against.
 */

/** Throws when the pattern uses what JavaScript has no word for, so that a new model cannot slip one in. */
export function compilePattern(java: string): RegExp {
  const [, inner = '', source = ''] = /^(?:\(\?([a-z]+)\))?(.*)$/s.exec(java) ?? [];
  if (inner.replace('s', '')) throw new Error(`Unknown flags in the pattern ${java}`);
  if (/[+*?}]\+|\(\?>|\\[AzZGQER]|&&/.test(withoutClasses(source)))
    throw new Error(`The pattern ${java} has no equal in JavaScript`);
  if (withoutClasses(source).includes('\\s')) throw new Error(`White space outside of a class: ${java}`);
  // Java's white space is ASCII; JavaScript's holds every space of Unicode.
  return new RegExp(`^(?:${source.replaceAll('\\s', ' \\t\\n\\v\\f\\r')})$`, `u${inner}`);
}

const withoutClasses = (source: string) => source.replaceAll(/\[(?:\\.|[^\]\\])*\]/g, '[]');
