import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { testAccount } from '../testing/test-account.ts';
import { openMemory } from './sqlite-memory.ts';

const folder = temporaryFolder();
const path = join(folder, 'memory.sqlite');
const [here, elsewhere] = [new DatabaseSync(path), new DatabaseSync(path)];
here.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (n)');
after(() => {
  here.close();
  elsewhere.close();
});

const text = (username: string) => JSON.stringify(testAccount({ username }));

test('what is kept is found under its pool and id until it is forgotten', () => {
  const memory = openMemory(here);
  assert.equal(memory.refresh(), false);
  const mia = memory.keep('p', '1', text('mia'));
  assert.equal(mia.username, 'mia');
  assert.equal(memory.refresh(), true);
  assert.equal(memory.get('p', '1'), mia);
  assert.equal(memory.get('q', '1'), undefined);
  assert.equal(memory.get('p', '2'), undefined);
  memory.forget('q', '1');
  assert.equal(memory.get('p', '1'), mia);
  memory.forget('p', '1');
  assert.equal(memory.get('p', '1'), undefined);
});

test('all is forgotten when another connection has written, and nothing when this one has', () => {
  const memory = openMemory(here);
  memory.refresh();
  const mia = memory.keep('p', '1', text('mia'));
  here.exec('INSERT INTO t VALUES (1)');
  assert.equal(memory.refresh(), true);
  assert.equal(memory.get('p', '1'), mia);
  elsewhere.exec('INSERT INTO t VALUES (2)');
  assert.equal(memory.refresh(), false);
  assert.equal(memory.get('p', '1'), undefined);
  memory.keep('p', '1', text('noa'));
  assert.equal(memory.refresh(), true);
  assert.equal(memory.get('p', '1')?.username, 'noa');
});

test('nobody can change what others are given', () => {
  const memory = openMemory(here);
  const groups = [{ group: 'a', key: 'k' }];
  const mia = memory.keep('p', '1', JSON.stringify(testAccount({ username: 'mia' }, { groups })));
  for (const part of [mia, mia.attributes, mia.names, mia.search, mia.groups, mia.groups?.[0]])
    assert.ok(part && Object.isFrozen(part));
});

test('it holds so many characters, and of these the accounts that were asked for last', () => {
  const size = text('person-00').length;
  const memory = openMemory(here, 20 * size);
  const held = () => Array.from({ length: 100 }, (_, n) => n).filter((n) => memory.get('p', `${n}`)).length;
  for (let n = 0; n < 100; n++) {
    memory.keep('p', String(n), text(`person-${String(n).padStart(2, '0')}`));
    assert.ok(memory.get('p', '0'), `the first is still asked for after ${n}`);
  }
  assert.ok(memory.get('p', '99'));
  assert.equal(memory.get('p', '50'), undefined);
  assert.ok(held() <= 22, `${held()}`);
  memory.forget('p', '0');
  memory.forget('p', '99');
  assert.equal(memory.get('p', '0') ?? memory.get('p', '99'), undefined);
});
