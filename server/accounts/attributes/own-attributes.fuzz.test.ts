import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, test } from 'node:test';
import { fc } from '#adapters/testing/fuzz.ts';
import { Refusal } from '../../errors.ts';
import { updateUserAttributes } from '../administration/update-user-attributes.ts';
import { findAccount } from '../find-account.ts';
import { MINUTE, openTestPool, testClient } from '../testing/open-pool.ts';
import { createAccount } from '../write-account.ts';
import { changeOwnAttributes } from './change-own-attributes.ts';
import type { Attributes } from './check-attributes.ts';
import { requestVerification } from './request-verification.ts';
import { verifyAttribute } from './verify-attribute.ts';

const pool = await openTestPool({
  AliasAttributes: ['email', 'preferred_username'],
  AutoVerifiedAttributes: ['email'],
});
after(() => pool.close());
const client = testClient();
const PEOPLE = [0, 1, 2];

const who = fc.constantFrom(...PEOPLE);
/** Few addresses and names, so that people meet. */
const what = fc.constantFrom('a', 'b', 'c');
const step = fc.oneof(
  fc.record({ does: fc.constant('change' as const), who, what: fc.oneof(what, fc.constant('')) }),
  fc.record({ does: fc.constant('ask' as const), who }),
  fc.record({ does: fc.constant('boast' as const), who, what }),
  // Any code that anybody was sent so far: the newest, or an older one.
  fc.record({ does: fc.constant('verify' as const), who, code: fc.nat(5) }),
  fc.record({ does: fc.constant('prefer' as const), who, what: fc.oneof(what, who) }),
  fc.record({ does: fc.constant('assign' as const), who, what }),
);

/** Three people of a world of their own, and what the outside knows of it. */
async function openWorld() {
  const world = randomUUID().slice(0, 8);
  const ids: string[] = [];
  for (const index of PEOPLE) {
    const id = randomUUID();
    await createAccount(pool, { id, username: `${world}-${index}`, attributes: {}, status: 'CONFIRMED' });
    ids.push(id);
  }
  return { world, ids, codes: [] as { id: string; to: string; code: string }[], proven: new Set<string>() };
}

type World = Awaited<ReturnType<typeof openWorld>>;

async function take(w: World, action: typeof step extends fc.Arbitrary<infer S> ? S : never): Promise<void> {
  const id = w.ids[action.who] ?? '';
  const account = (await pool.accounts.find(id)) ?? assert.fail();
  const address = (name: string) => name && `${name}@${w.world}.example.com`;
  const before = pool.outbox.sent().length;
  const change = (given: Attributes) => changeOwnAttributes(pool, client, account, { given });
  switch (action.does) {
    case 'change':
      await change({ email: address(action.what) });
      break;
    case 'boast':
      await change({ email: address(action.what), email_verified: 'true' });
      break;
    case 'ask':
      await requestVerification(pool, account, { name: 'email' });
      break;
    case 'prefer':
      await change({ preferred_username: `${w.world}-${action.what}` });
      break;
    case 'assign': {
      const given = { email: address(action.what), email_verified: 'true' };
      await updateUserAttributes(pool, { username: account.username, given });
      w.proven.add(`${id} ${given.email}`);
      break;
    }
    case 'verify': {
      const typed = w.codes.at(-1 - action.code);
      await verifyAttribute(pool, account, { name: 'email', code: typed?.code ?? '000000' });
      // What it proved is what it was sent to, for whom it was sent; by chance two codes may be alike.
      for (const { to, code, id: whose } of w.codes)
        if (code === typed?.code && whose === id) w.proven.add(`${id} ${to}`);
    }
  }
  if (pool.outbox.sent().length > before) w.codes.push({ id, to: pool.lastMail().to, code: pool.lastCode() });
}

async function check({ ids, proven }: World): Promise<void> {
  const people = await Promise.all(ids.map((id) => pool.accounts.find(id)));
  const names: string[] = [];
  for (const account of people) {
    const { id, username, attributes } = account ?? assert.fail();
    const { email, email_verified, preferred_username } = attributes;
    names.push(username);
    if (preferred_username && preferred_username !== username) names.push(preferred_username);
    if (email_verified !== 'true') continue;
    assert.ok(email && proven.has(`${id} ${email}`), `${email} was never proven by ${username}`);
    names.push(email);
    assert.equal((await findAccount(pool, email))?.id, id);
  }
  assert.equal(new Set(names).size, names.length, `one name, two people: ${names}`);
}

for (const first of [false, true])
  test(`USR-53 USR-183 USR-187 whatever people do${first ? ', verifying first' : ''}, names have one holder, and contacts are proven by codes`, async () => {
    pool.settings.UserAttributeUpdateSettings = {
      AttributesRequireVerificationBeforeUpdate: first ? ['email'] : [],
    };
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const world = await openWorld();
        for (const each of steps) {
          // Nobody waits for a limit here.
          pool.clock.at += 20 * MINUTE;
          try {
            await take(world, each);
          } catch (error) {
            if (!(error instanceof Refusal)) throw error;
          }
          await check(world);
        }
      }),
    );
  });
