import { profileOf } from '../../configuration/openid/profile.ts';
import type { Pool } from '../../pool.ts';
import type { Entry } from '../sessions/slots.ts';
import { findLedTo, forgetLedTo, type Led } from './led-to.ts';
import { readApplications, type Telling, tellApplications } from './tell-applications.ts';

/**
 * Tells the applications that sessions of a person led to that they have ended, after they have: all of them, or those
 * that were revoked. Never throws: what ended has ended, and who was not told is in the log, and in the list for the
 * next time. Quiet in the `cognito` profile.
 */
export async function tellOfEnd(
  pool: Telling & Pick<Pool, 'sessions' | 'log'>,
  accountId: string,
  revoked?: readonly Pick<Entry, 'type' | 'of' | 'clientId' | 'origin'>[],
): Promise<void> {
  if (profileOf(pool) !== 'openid' || revoked?.length === 0) return;
  const { log } = pool;
  try {
    const isOver = ({ uid }: Led) => revoked?.some(({ type, of }) => type === 'SSO' && of === uid) ?? true;
    const isRevoked = ({ uid, client }: Led) =>
      revoked?.some(
        ({ type, origin, clientId }) => type === 'TOKEN' && origin === uid && clientId === client,
      );
    const led = (await findLedTo(pool, accountId)).filter((one) => isOver(one) || isRevoked(one));
    const applications = await readApplications(pool, log, led);
    const told = await tellApplications(pool, log, { told: applications, sub: accountId });
    // While the hosted session holds, it may lead there once more.
    await forgetLedTo(pool, accountId, told.map(({ of }) => of).filter(isOver));
  } catch (err) {
    log.error({ err, account: accountId }, 'applications were not told that sessions of somebody ended');
  }
}
