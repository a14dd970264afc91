import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openStores, type Stores } from '#adapters/open.ts';
import { systemClock } from '../clock.ts';
import { completeClientSettings } from '../configuration/default-client-settings.ts';
import { consumeRefreshToken, keepRefreshToken } from './refresh-token.ts';

let stores: Stores;
before(async () => {
  stores = await openStores({ dataFolder: ':memory:', clock: systemClock });
});
after(() => stores.close());

const rotating = (RetryGracePeriodSeconds: number) => ({
  settings: completeClientSettings(
    { RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds } },
    { ClientName: 'test', defaultAttributes: [] },
  ),
});

test('ATK-13 whoever began earlier and comes second has no token, unless there is a grace period', async () => {
  const sessions = stores.sessions.forPool('eu-central-1_refresh');
  const start = systemClock.now();
  const at = (ms: number) => ({ sessions, clock: { now: () => start + ms } });
  for (const [grace, second] of [
    [0, false],
    [10, true],
  ] as const) {
    const token = `a token with ${grace} seconds of grace`;
    await keepRefreshToken(at(0), token, { grantId: 'g', clientId: 'c', expiresAt: start + 60_000 });
    assert.equal(await consumeRefreshToken(at(2), rotating(grace), token), true);
    // The first was read and written while this one, which had looked at the clock before, was on its way.
    assert.equal(await consumeRefreshToken(at(1), rotating(grace), token), second, token);
  }
});
