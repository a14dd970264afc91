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

function describe({ name, value, unit, goal }: Figure): string {
  const number = unit === 'MB' ? value.toFixed(0) : value.toFixed(2);
  const wanted = goal && ('atLeast' in goal ? `at least ${goal.atLeast}` : `at most ${goal.atMost}`);
  const verdict = goal && (meets(value, goal) ? 'reached' : 'missed');
  return `- ${name}: ${number}${unit ? ` ${unit}` : ''}${goal ? ` (goal: ${wanted}; ${verdict})` : ''}`;
}

const meets = (value: number, goal: NonNullable<Figure['goal']>) =>
  'atLeast' in goal ? value >= goal.atLeast : value <= goal.atMost;
