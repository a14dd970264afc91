import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openApplication, outcomes } from './sdk-application.ts';
import { holder } from './sdk-person.ts';
import { startFoyer } from './start.ts';

/** One call a second by access token, so that a test needs no more than it has time for; no other rate. */
const ONE_A_SECOND = [
  'service,access-token=1',
  'user-authentication=0,configuration=0,describe=0,list=0,other-admin=0',
].join();

test('SEC-265 OPS-135 calls by access token have a rate for each person, whatever others do, until the second is over', async () => {
  const foyer = await startFoyer({ env: { FOYER_RATES: ONE_A_SECOND } });
  const application = await openApplication(foyer);
  const mia = await application.join('mia', 'mia@example.com');
  const noa = await application.join('noa', 'noa@example.com');
  const again = await application.signIn('mia');

  // Fifty at once take less than fifty seconds, of which each lets one through.
  const asked = Array.from({ length: 50 }, (_, n) => holder(application, n % 2 ? mia.access : again.access));
  const [first, ...rest] = asked;
  const results = await outcomes([
    first?.update({ name: 'Mia' }) ?? assert.fail(),
    ...rest.map(({ get }) => get()),
  ]);
  assert.ok(results.includes('TooManyRequestsException'), results.join());
  assert.ok(results.includes('done'), results.join());
  assert.deepEqual(new Set(results), new Set(['done', 'TooManyRequestsException']));

  assert.equal((await holder(application, noa.access).get())['email'], 'noa@example.com');
  await foyer.shiftClock(1000);
  assert.equal((await holder(application, mia.access).get())['email'], 'mia@example.com');
});

test('whoever has no token of a person uses up nothing of their rate', async () => {
  const foyer = await startFoyer({ env: { FOYER_RATES: ONE_A_SECOND } });
  const application = await openApplication(foyer);
  const { access } = await application.join('mia', 'mia@example.com');
  const [header = '', claims = ''] = access.split('.');
  const forged = `${header}.${claims}.${'A'.repeat(342)}`;
  const results = await outcomes(Array.from({ length: 10 }, () => holder(application, forged).get()));
  assert.deepEqual(new Set(results), new Set(['NotAuthorizedException']));
  assert.equal((await holder(application, access).get())['email'], 'mia@example.com');
});
