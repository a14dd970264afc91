import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const folder = mkdtempSync(join(tmpdir(), 'foyer-alone-'));
after(() => rmSync(folder, { recursive: true }));

/** Prepares in a process of its own that finds a lock; ends it when it waits for that for good. */
function prepares(name: string, held: string): string {
  const lock = JSON.stringify(join(folder, name));
  const script = `
    import { existsSync, utimesSync, writeFileSync } from 'node:fs';
    import { alone } from ${JSON.stringify(new URL('alone.mjs', import.meta.url).href)};
    ${held.replaceAll('LOCK', lock)}
    alone(() => console.log('worked', existsSync(${lock})), ${lock});
    console.log('left', existsSync(${lock}));`;
  const given = ['--input-type=module', '-e', script];
  return spawnSync(process.execPath, given, { encoding: 'utf8', timeout: 20_000 }).stdout;
}

const old = (age: number) =>
  `utimesSync(LOCK, new Date(Date.now() - ${age}), new Date(Date.now() - ${age}));`;

for (const [whose, held] of [
  ['nobody', ''],
  ['one that has ended', `writeFileSync(LOCK, '4194304');`],
  ['one that ended before it said who it was', `writeFileSync(LOCK, '');${old(11_000)}`],
  ['one that had the same process id, in another container', `writeFileSync(LOCK, String(process.pid));`],
  [
    'one that was killed long ago, whose process id somebody has again',
    `writeFileSync(LOCK, '${process.pid}');${old(61 * 60_000)}`,
  ],
] as const)
  test(`a clone is prepared, and the lock given back, when ${whose} holds it`, () => {
    assert.equal(prepares(whose.replaceAll(/\W/g, '-'), held), 'worked true\nleft false\n');
  });
