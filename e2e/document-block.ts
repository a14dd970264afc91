/** The code blocks of a document, which the tests run as a reader would. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

const root = new URL('../', import.meta.url);

/** The first block of a language that holds a text. */
export function documentBlock(document: string, language: string, holding: string): string {
  const text = readFileSync(new URL(document, root), 'utf8');
  const blocks = [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))];
  const found = blocks.map((match) => match[1] ?? '').find((block) => block.includes(holding));
  assert.ok(found, `${document} has a ${language} block with ${holding}`);
  return found;
}
