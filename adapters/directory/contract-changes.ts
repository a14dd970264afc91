/** The part of the contract about `changes`: every write is told, to every process, and told apart from the last. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { domain, server, type World } from './contract.ts';
import type { ClientRecord, ImportJobRecord, PoolRecord } from './records.ts';
import { INSTALLATION } from './store.ts';

const MINUTE = 60_000;

export function changesContract({ processes, newPool, clock, pass }: World): void {
  /** The stamp of a pool as another process is told it. */
  const stamp = async (pool: string, since = clock.now()) => {
    const [, elsewhere] = processes();
    const told = (await elsewhere.changes(since)).filter((change) => change.pool === pool);
    assert.ok(told.length <= 1);
    return told[0]?.stamp;
  };

  test('each write to a pool gives it another stamp', async () => {
    const { id, one } = newPool();
    assert.equal(await stamp(id), undefined);
    const stamps: (string | undefined)[] = [];
    const note = async () => {
      stamps.push(await stamp(id));
      assert.equal(await stamp(id), stamps.at(-1), 'stays the same until the next write');
    };
    const name = crypto.randomUUID();
    await one.create('pool', id, { name: 'Pool' } as PoolRecord);
    await note();
    await one.create('resource-server', 'api', server('a'));
    await note();
    await one.update('resource-server', 'api', (current) => current);
    await note();
    await one.create('domain', name, domain());
    await note();
    await one.remove('domain', name);
    await note();
    await one.remove('pool', id);
    await note();
    assert.ok(stamps.every(Boolean));
    assert.equal(new Set(stamps).size, stamps.length);
  });

  test('writes to clients, groups and what imports write as they go on are not told', async () => {
    const { id, one } = newPool();
    const [stores] = processes();
    const job = crypto.randomUUID();
    const installation = await stamp(INSTALLATION);
    const client = { settings: { ClientName: 'app' } } as ClientRecord;
    const clientId = crypto.randomUUID();
    await one.create('client', clientId, client);
    await one.create('group', 'staff', { key: 'k' });
    await one.update('client', clientId, (current) => current);
    await one.update('group', 'staff', (current) => ({ ...current, precedence: 1 }));
    await one.remove('client', clientId);
    await one.remove('group', 'staff');
    await one.create('import-job', job, { status: 'Created' } as ImportJobRecord);
    await one.update('import-job', job, (current) => ({ ...current, imported: 1 }));
    await one.create('import-turn', 'last', { job, at: 0 });
    await one.update('import-turn', 'last', (current) => ({ ...current, at: 1 }));
    await stores.installation.create('import-task', `${id}/${job}`, { pool: id, job, at: 0 });
    await stores.installation.remove('import-task', `${id}/${job}`);
    assert.equal(await stamp(id), undefined);
    assert.equal(await stamp(INSTALLATION), installation);
  });

  test('a change is told to a process whose clock is five seconds ahead, and not for ever', async () => {
    const { id, one } = newPool();
    await one.create('resource-server', 'api', server('a'));
    assert.ok(await stamp(id, clock.now() + 5_000));
    pass(2_000);
    assert.ok(await stamp(id, clock.now() + 5_000));
    pass(MINUTE);
    assert.equal(await stamp(id), undefined);
    assert.ok(await stamp(id, clock.now() - 2 * MINUTE), 'told to whoever has not asked for long');
  });

  test('a writer whose clock is behind does not hide the change', async () => {
    const { id, one } = newPool();
    await one.create('resource-server', 'api', server('a'));
    const before = await stamp(id);
    pass(-5_000);
    await one.update('resource-server', 'api', () => server('b'));
    pass(5_000);
    const after = await stamp(id);
    assert.ok(after);
    assert.notEqual(after, before);
  });

  test('fifty writes at once leave one stamp, another than before', async () => {
    const { id, one, two } = newPool();
    await one.create('resource-server', 'api', server(''));
    const before = await stamp(id);
    await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        (index % 2 ? one : two).create('resource-server', `r${index}`, server('')),
      ),
    );
    const after = await stamp(id);
    assert.notEqual(after, before);
    assert.equal(await stamp(id), after);
  });
}
