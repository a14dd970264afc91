import type { Turn } from './contestant.ts';
import type { Figure, Result } from './result.ts';

const COLUMNS: [heading: string, cell: (turn: Turn) => string][] = [
  ['per second', ({ perSecond }) => perSecond.toFixed(perSecond < 100 ? 1 : 0)],
  ['p50 ms', ({ p50 }) => p50.toFixed(1)],
  ['p95 ms', ({ p95 }) => p95.toFixed(1)],
  ['p99 ms', ({ p99 }) => p99.toFixed(1)],
  ['CPU ms', ({ cpuMs }) => cpuMs.toFixed(2)],
  ['memory MB', ({ residentMb }) => residentMb.toFixed(0)],
  ['load cores', ({ generatorCores }) => generatorCores.toFixed(2)],
];

/** A result as text for a terminal; also a valid table in Markdown. */
export function report({ title, lines, figures }: Result): string {
  const rows = lines.map(({ name, turn }) => [name, ...COLUMNS.map(([, cell]) => cell(turn))]);
  const table = rows.length ? [...aligned([['', ...COLUMNS.map(([heading]) => heading)], ...rows]), ''] : [];
  return [`## ${title}`, '', ...table, ...figures.map(describe), ''].join('\n');
}

function aligned(rows: string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (cells: string[], filled = ' ') =>
    `| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0, filled) : cell.padStart(widths[i] ?? 0, filled))).join(' | ')} |`;
  const [heading = [], ...body] = rows;
  const rule = line(
    widths.map(() => ''),
    '-',
  );
  return [line(heading), rule, ...body.map((row) => line(row))];
}

/** All figures in one table, for `docs/performance.md`. */
export function summary(results: Result[]): string {
  const rows = results.flatMap(({ title, figures }) =>
    figures.map((figure) => [
      title,
      figure.name,
      figure.goal ? wanted(figure.goal) : '',
      number(figure),
      figure.goal ? verdict(figure.value, figure.goal) : '',
    ]),
  );
  return ['## All figures', '', ...aligned([['row', 'figure', 'goal', 'found', ''], ...rows]), ''].join('\n');
}

function describe(figure: Figure): string {
  const { name, value, goal } = figure;
  return `- ${name}: ${number(figure)}${goal ? ` (goal: ${wanted(goal)}; ${verdict(value, goal)})` : ''}`;
}

type Goal = NonNullable<Figure['goal']>;

const number = ({ value, unit }: Figure) =>
  `${value.toFixed(unit === 'MB' ? 0 : 2)}${unit ? ` ${unit}` : ''}`;

const wanted = (goal: Goal) => ('atLeast' in goal ? `at least ${goal.atLeast}` : `at most ${goal.atMost}`);

const verdict = (value: number, goal: Goal) => (meets(value, goal) ? 'reached' : 'missed');

const meets = (value: number, goal: Goal) =>
  'atLeast' in goal ? value >= goal.atLeast : value <= goal.atMost;
