/**
 * Writes `docs/settings.md` and `.env.example` from the schema, so that they cannot differ from what is read.
 * `node server/settings/document.ts` writes; with `--check` it exits 1 when a file is out of date.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { processSchema } from './process.ts';

interface Field {
  name: string;
  description: string;
  initial: string | undefined;
}

const root = new URL('../../', import.meta.url);

function fields(): Field[] {
  const properties = z.toJSONSchema(processSchema, { io: 'input', unrepresentable: 'any' }).properties ?? {};
  return Object.entries(properties).map(([name, property]) => {
    const { description = '', default: initial } = property as { description?: string; default?: unknown };
    return {
      name,
      description,
      initial:
        initial === undefined || (Array.isArray(initial) && initial.length === 0)
          ? undefined
          : String(initial),
    };
  });
}

function settingsPage(): string {
  const rows = fields().map(
    ({ name, description, initial }) =>
      `| \`${name}\` | ${initial === undefined ? '' : `\`${initial}\``} | ${description.replaceAll('|', '\\|').replaceAll('<', '&lt;')} |`,
  );
  return [
    '# Settings of a process',
    '',
    'Foyer reads its settings from the environment, and from a file `.env` in the folder where it is started. ' +
      'A wrong value or an unknown name stops the start with one message that names every fault. ' +
      'This page is made from `server/settings/process.ts` by `npm run docs`.',
    '',
    '| name | default | what it does |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

function environmentExample(): string {
  return fields()
    .map(({ name, description, initial }) => `# ${description}\n#${name}=${initial ?? ''}\n`)
    .join('\n');
}

const files: [string, string][] = [
  ['docs/settings.md', settingsPage()],
  ['.env.example', environmentExample()],
];
for (const [path, text] of files) {
  const file = new URL(path, root);
  if (!process.argv.includes('--check')) writeFileSync(file, text);
  else if (readOrEmpty(file) !== text) {
    console.error(`${path} is out of date: run \`npm run docs\`.`);
    process.exitCode = 1;
  }
}

function readOrEmpty(file: URL): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
