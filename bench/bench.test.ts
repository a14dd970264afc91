import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type Bench, openBench } from './bench.ts';
import { fillAccounts } from './many-accounts.ts';
import { type Options, readOptions } from './options.ts';
import { report } from './report.ts';
import { ROWS } from './rows/index.ts';

const names = ROWS.map((row) => row.name);
/** Enough to see that each row runs and what it says; no figure means anything. */
const quick: Options = {
  ...readOptions(['--sources'], names),
  visitors: 2,
  seconds: 0.05,
  rounds: 1,
  warmUp: 0,
  signIns: 10,
  accounts: 1100,
  starts: 1,
};
const opened = await openBench(quick);
after(() => opened.stop());

/** One Foyer for all rows, which would each start their own: starting takes most of the time. */
const bench: Bench = {
  ...opened,
  async newFoyer(people) {
    const foyer = await opened.foyer();
    await fillAccounts(foyer, people);
    return { ...foyer, stop: async () => undefined };
  },
};

for (const row of ROWS)
  test(`the row ${row.name} runs and its figures are numbers`, async () => {
    const results = await row.run(bench);
    assert.ok(results.length > 0);
    for (const result of results) {
      assert.ok(result.figures.length > 0);
      for (const { name, value } of result.figures) assert.ok(Number.isFinite(value), `${name}: ${value}`);
      for (const { name, turn } of result.lines) assert.ok(turn.perSecond > 0 && turn.residentMb > 0, name);
      assert.match(report(result), /^## /);
    }
  });

test('the command line refuses what it does not know', () => {
  assert.throws(() => readOptions(['nothing'], names), /no row "nothing"/);
  assert.throws(() => readOptions(['--stores', 'none'], names), /no stores "none"/);
  assert.throws(() => readOptions(['--seconds', '0'], names), /--seconds/);
  assert.equal(readOptions(['--long'], names).accounts, 1_000_000);
});
