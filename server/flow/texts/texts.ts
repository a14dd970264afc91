import { en, type Texts } from './en.ts';

export type { Texts } from './en.ts';

/** The languages there are, by tag. English is what is shown when none fits. */
export const CATALOGUES: Record<string, Texts> = { en };

/** Reads an `Accept-Language` header: its tags, best first. */
export function acceptedLanguages(header: string): string[] {
  return header
    .split(',')
    .map((part, index) => {
      // Not by a pattern for the spaces too: a header of nothing but spaces would keep it busy.
      const [tag = '', ...parameters] = part.split(';').map((text) => text.trim());
      const q = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
      return { tag, index, weight: q === undefined ? 1 : Number(q) };
    })
    .filter(({ tag, weight }) => tag !== '' && tag !== '*' && weight > 0)
    .toSorted((a, b) => b.weight - a.weight || a.index - b.index)
    .map(({ tag }) => tag);
}

/** The first wanted language that there is, exactly (`pt-BR`) or without its region (`pt`). */
export function pickTexts(wanted: readonly string[], catalogues: Record<string, Texts> = CATALOGUES): Texts {
  for (const tag of wanted) {
    const exact = tag.toLowerCase();
    const base = exact.split('-')[0];
    const found =
      Object.entries(catalogues).find(([known]) => known.toLowerCase() === exact) ??
      Object.entries(catalogues).find(([known]) => known.toLowerCase() === base);
    if (found) return found[1];
  }
  return en;
}

/** Fills the placeholders of a text: `say('Hello {name}', { name: 'Maria' })`. */
export function say(text: string, values: Record<string, string>): string {
  return text.replace(/\{(\w+)\}/g, (whole, key: string) => values[key] ?? whole);
}
