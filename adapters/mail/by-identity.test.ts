import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openByIdentity } from './by-identity.ts';
import { openOutbox } from './outbox.ts';

const clock = { now: () => 0 };
const mail = { to: 'mina@example.com', from: 'a@example.com', subject: 's', text: 't', html: 't' };

test('a mail goes through the server of its address, of its domain, or the common one', async () => {
  const [common, shop, example] = [openOutbox(clock), openOutbox(clock), openOutbox(clock)];
  const sender = openByIdentity(
    common,
    new Map([
      ['shop@example.com', shop],
      ['example.com', example],
    ]),
  );
  const through = async (identity?: string) => {
    const counts = () => [common, shop, example].map((outbox) => outbox.sent().length);
    const before = counts();
    await sender.send({ ...mail, identity });
    return ['common', 'shop', 'example'][counts().findIndex((count, index) => count > (before[index] ?? 0))];
  };
  assert.equal(await through(), 'common');
  assert.equal(await through('shop@example.com'), 'shop');
  assert.equal(await through('Shop@Example.com'), 'shop');
  assert.equal(await through('hello@example.com'), 'example');
  assert.equal(await through('example.com'), 'example');
  assert.equal(await through('shop@sub.example.com'), 'common');
  assert.equal(await through('other.com'), 'common');
});

test('closing closes every server', async () => {
  const closed: string[] = [];
  const closing = (name: string) => ({
    send: async () => undefined,
    close: async () => void closed.push(name),
  });
  await openByIdentity(closing('common'), new Map([['a.example', closing('own')]])).close();
  assert.deepEqual(closed, ['common', 'own']);
});
