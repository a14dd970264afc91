/**
 * Writes docs/behaviours.md: every behaviour that Foyer promises (docs/behaviours/) beside the tests that prove it,
 * found by the ids at the start of their titles. With `--check` it exits 1 when the page is out of date. Either way it
 * exits 1 when a test claims an id that there is not, or so many that it can hardly prove them all.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Section {
  area: string;
  name: string;
  behaviours: { id: string; sentence: string }[];
}

interface Claim {
  file: string;
  ids: string[];
  title: string;
}

const MOST_IDS_IN_A_TITLE = 6;
const root = join(import.meta.dirname, '..');
const page = join(root, 'docs', 'behaviours.md');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

const sections = globSync('docs/behaviours/*.md', { cwd: root })
  .sort()
  .flatMap((file) => readSections(read(file)));
const claims = globSync('{server,adapters,federation,e2e,scripts}/**/*{.test,contract}*.ts', { cwd: root })
  .sort()
  .flatMap((file) => readClaims(file.replaceAll('\\', '/'), read(file)));

const text = write();
const faults = [...doubtful()];
if (!process.argv.includes('--check')) writeFileSync(page, text);
else if (text !== read('docs/behaviours.md'))
  faults.push('docs/behaviours.md is out of date: run `npm run docs`.');
for (const fault of faults) console.error(fault);
process.exitCode = faults.length ? 1 : 0;

function readSections(list: string): Section[] {
  const area = /^# (.+)$/m.exec(list)?.[1] ?? '';
  return list
    .split(/^## /m)
    .slice(1)
    .map((part) => ({
      area,
      name: part.slice(0, part.indexOf('\n')),
      behaviours: [...part.matchAll(/^- ([A-Z]{3}-\d+) (.+)$/gm)].map(([, id = '', sentence = '']) => ({
        id,
        sentence,
      })),
    }));
}

/** Titles of tests that begin with ids: the literals only, so that a title made at run time must begin with them too. */
function readClaims(file: string, source: string): Claim[] {
  const literal = /(['"`])((?:[A-Z]{3}-\d+ )+)((?:\\.|(?!\1)[^\\\n])*)\1/g;
  return [...source.matchAll(literal)].map(([, , ids = '', title = '']) => ({
    file,
    ids: ids.trim().split(' '),
    title: title.replaceAll(/\$\{[^}]*\}/g, '…').replaceAll(/\\(.)/g, '$1'),
  }));
}

function* doubtful(): Generator<string> {
  const known = new Map<string, number>();
  for (const { id } of sections.flatMap(({ behaviours }) => behaviours))
    known.set(id, (known.get(id) ?? 0) + 1);
  for (const [id, times] of known) if (times > 1) yield `${id} is in docs/behaviours/ more than once.`;
  for (const { file, ids, title } of claims) {
    for (const id of ids) if (!known.has(id)) yield `${file} claims ${id}, which is no behaviour: "${title}"`;
    if (ids.length > MOST_IDS_IN_A_TITLE)
      yield `${file} claims ${ids.length} behaviours in one title: "${title}"`;
  }
}

function write(): string {
  const claimed = (section: Section) => section.behaviours.filter(({ id }) => proofs(id).length > 0).length;
  const sum = (numbers: number[]) => numbers.reduce((all, one) => all + one, 0);
  const [done, all] = [sum(sections.map(claimed)), sum(sections.map(({ behaviours }) => behaviours.length))];
  return [
    '# Behaviours',
    '',
    'What Foyer promises, and the tests that prove it. A test claims a behaviour by the id at the start of its title. ' +
      'This page is made from `docs/behaviours/` and the titles of all tests by `npm run docs`.',
    '',
    `**${done} of ${all} behaviours are proven by a test.**`,
    '',
    '| area | section | proven | all |',
    '| --- | --- | --: | --: |',
    ...sections.map(
      (section, index) =>
        `| ${section.area === sections[index - 1]?.area ? '' : section.area} | ${section.name} | ${claimed(section)} | ${section.behaviours.length} |`,
    ),
    '',
    ...sections.flatMap((section, index) => [
      ...(section.area === sections[index - 1]?.area ? [] : [`## ${section.area}`, '']),
      `### ${section.name}`,
      '',
      '| id | behaviour | proven by |',
      '| --- | --- | --- |',
      ...section.behaviours.map(
        ({ id, sentence }) => `| ${id} | ${cell(sentence)} | ${proofs(id).join('<br>')} |`,
      ),
      '',
    ]),
  ].join('\n');
}

function proofs(id: string): string[] {
  return claims
    .filter(({ ids }) => ids.includes(id))
    .map(({ file, title }) => `[${file}](../${file}): ${cell(title)}`);
}

function cell(value: string): string {
  return value.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
