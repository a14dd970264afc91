import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { findAccount } from './find-account.ts';
import { openTestPool } from './testing/open-pool.ts';
import { confirmed, refused } from './testing/people.ts';
import { changeAccount, createAccount, nameConflict } from './write-account.ts';

test('USR-187 a username and an equal preferred username that come at the same moment are never both held', async () => {
  const pool = await openTestPool({ AliasAttributes: ['preferred_username'] });
  for (let round = 0; round < 20; round++) {
    const name = `name-${round}`;
    const older = await confirmed(pool, `older-${round}`);
    const [created, preferred] = await Promise.allSettled([
      createAccount(pool, {
        id: randomUUID(),
        username: name,
        attributes: {},
        status: 'UNCONFIRMED',
      }),
      changeAccount(pool, older.id, (current) => ({
        ...current,
        attributes: { ...current.attributes, preferred_username: name },
      })),
    ]);
    assert.ok(created.status === 'rejected' || preferred.status === 'rejected', 'both got the name');
    for (const result of [created, preferred])
      if (result.status === 'rejected') assert.equal(nameConflict(result.reason)?.value, name);
    const holders = [
      await pool.accounts.findByName('username', name),
      await pool.accounts.findByName('preferred_username', name),
    ];
    assert.ok(holders.filter((holder) => holder).length <= 1);
  }
  await pool.close();
});

test('a preferred username that is refused leaves the earlier one', async () => {
  const pool = await openTestPool({ AliasAttributes: ['preferred_username'] });
  await confirmed(pool, 'paul');
  const { id } = await confirmed(pool, 'maria');
  const prefer = (preferred_username: string) =>
    changeAccount(pool, id, (current) => ({
      ...current,
      attributes: { ...current.attributes, preferred_username },
    }));
  await prefer('mimi');
  await assert.rejects(prefer('paul'), (error) => nameConflict(error)?.kind === 'preferred_username');
  assert.equal((await findAccount(pool, 'mimi'))?.id, id);
  assert.equal((await pool.accounts.find(id))?.attributes['preferred_username'], 'mimi');
  await refused(confirmed(pool, 'mimi'), 'username-taken');
  const late = { id: randomUUID(), username: 'mimi', attributes: {}, status: 'UNCONFIRMED' as const };
  await assert.rejects(createAccount(pool, late), (error) => nameConflict(error)?.kind === 'username');
  assert.equal(await pool.accounts.find(late.id), undefined);
  await pool.close();
});
