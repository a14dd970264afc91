import assert from 'node:assert/strict';
import type { MailServer } from '../mail-server.ts';
import { hostedAt } from '../person.ts';
import type { Foyer } from '../start.ts';
import { audit } from './audit.ts';
import { type Crowd, momentOf, startCrowd } from './crowd.ts';
import { type Row, record } from './report.ts';
import { until } from './until.ts';

/** What one round of a fault took. */
export type Times = Pick<Row, 'errorMs' | 'recoveryMs'>;

/** The beginning of a row of the report. `lost` is 0 where nothing that was acknowledged may be lost, else undefined. */
export type Begun = Pick<Row, 'fault' | 'stores' | 'rounds' | 'lost'>;

/**
 * Rounds of one kind of fault: each falls into a crowd, and after each everything that the crowd was told is asked for.
 * What came of them all is a row of the report.
 * @param strike brings the fault, waits until it is over, and stops the crowd
 */
export async function roundsUnderLoad(
  { foyer, mail }: { foyer: Foyer; mail: MailServer },
  begun: Begun,
  strike: (crowd: Crowd) => Promise<Times>,
): Promise<void> {
  const hosted = hostedAt(foyer);
  const row: Row = { ...begun, accounts: 0, tried: 0, usedTwice: 0, recoveryMs: 0 };
  for (let round = 0; round < row.rounds; round++) {
    const crowd = startCrowd(hosted, mail, { name: `round${round}` });
    await until(() => crowd.acknowledged() > momentOf(round));
    const { errorMs, recoveryMs } = await strike(crowd);
    if (errorMs !== undefined) row.errorMs = Math.max(row.errorMs ?? 0, errorMs);
    row.recoveryMs = Math.max(row.recoveryMs, recoveryMs);

    const { accounts, tried, lost, usedTwice } = await audit(hosted, crowd);
    assert.deepEqual({ usedTwice, unclear: crowd.unclear }, { usedTwice: [], unclear: [] });
    if (row.lost === 0) assert.deepEqual(lost, []);
    row.accounts += accounts;
    row.tried += tried;
  }
  assert.ok(row.accounts >= 2 * row.rounds && row.tried >= 5 * row.rounds, JSON.stringify(row));
  record(row);
}

/** How long ago that was, by `performance.now()`. */
export const msSince = (moment: number) => Math.round(performance.now() - moment);
