import { globSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** Every test file below these folders, in a stable order, as paths with forward slashes below the project's folder. */
export function findTestFiles(...folders: string[]): string[] {
  const files = folders.flatMap((folder) => globSync(`${folder}/**/*.test.ts`, { cwd: root }));
  return files.map((file) => file.replaceAll('\\', '/')).sort();
}
