import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openMongoAccounts } from '../accounts/mongo.ts';
import type { AccountStores } from '../accounts/store.ts';
import { openMongoDirectory } from '../directory/mongo.ts';
import { NewerSchema, Unavailable } from '../errors.ts';
import { answersAgain } from '../testing/answers-again.ts';
import { type Cable, cableTo } from '../testing/cable.ts';
import { mongoDatabase } from '../testing/mongo-database.ts';
import { testAccount } from '../testing/test-account.ts';
import { UNHURRIED_MS } from '../testing/unhurried.ts';
import { type MongoOptions, openMongo } from './mongo.ts';

const { url, database, db } = mongoDatabase();
const clock = { now: () => Date.now() };
const schema = db.collection<{ _id: string; version: number }>('schema');

const open = (store: string, schemaVersion: number, upgrade: MongoOptions['upgrade'] = async () => {}) =>
  openMongo({ store, url, database, schemaVersion, upgrade });

test('upgrade is told from which version, and the version is kept', async () => {
  const from: number[] = [];
  const note: MongoOptions['upgrade'] = async (_, version) => void from.push(version);
  for (const version of [1, 3, 3]) await (await open('example', version, note)).close();
  assert.deepEqual(from, [0, 1, 3]);
  assert.equal((await schema.findOne({ _id: 'example' }))?.version, 3);
});

test('a newer schema is refused with both versions named, and not touched', async () => {
  await schema.insertOne({ _id: 'newer', version: 99 });
  const upgrade = async () => assert.fail('upgraded');
  await assert.rejects(open('newer', 2, upgrade), (error) => {
    assert.ok(error instanceof NewerSchema);
    assert.match(error.message, /newer.*version 99.*up to 2\b/);
    return true;
  });
  assert.equal((await schema.findOne({ _id: 'newer' }))?.version, 99);
});

test('an upgrade that fails leaves the version, so that the next start repeats it', async () => {
  const fault = new Error('no');
  await assert.rejects(
    open('failing', 1, async () => {
      throw fault;
    }),
    (error) => error === fault,
  );
  assert.equal(await schema.findOne({ _id: 'failing' }), null);
});

test('several processes start at once on an empty database, and make every index once', async () => {
  const options = { url, database, clock };
  const opened = await Promise.all(
    Array.from({ length: 8 }, (_, n) => (n % 2 ? openMongoAccounts(options) : openMongoDirectory(options))),
  );
  for (const stores of opened) await stores.close();
  const indexes = await db.collection('accounts').indexes();
  const fields = indexes.map(({ key }) => Object.keys(key)).filter((key) => key.length === 3);
  assert.ok(fields.every(([first, , last]) => first === 'pool' && last === '_id'));
  assert.deepEqual(
    fields.map(([, field]) => field?.replace('search.', '')).sort(),
    'all email enabled family_name given_name group name phone_number preferred_username sub user_status username'.split(
      ' ',
    ),
  );
  assert.equal((await db.collection('directory').indexes()).length, 3);
});

test('failures of a socket that the driver lets through are Unavailable, faults of ours stay what they are', async () => {
  const mongo = await open('sockets', 1);
  const ended = Object.assign(new Error('This socket has been ended by the other party'), { code: 'EPIPE' });
  await assert.rejects(
    mongo.run(() => Promise.reject(ended)),
    (error) => error instanceof Unavailable && error.cause === ended,
  );
  const fault = new TypeError('no');
  await assert.rejects(
    mongo.run(() => Promise.reject(fault)),
    (error) => error === fault,
  );
  await mongo.close();
});

describe('a MongoDB that goes away', { timeout: 60_000 }, () => {
  let cable: Cable;
  let address: string;
  /** Not over the cable, and patient: what happens while MongoDB is there is no question of how soon. */
  let direct: AccountStores;
  before(async () => {
    cable = await cableTo(url);
    address = `mongodb://${cable.address}/?directConnection=true`;
    direct = await openMongoAccounts({ url, database, clock, patienceMs: UNHURRIED_MS });
  });
  after(async () => {
    await cable.close();
    await direct.close();
  });

  const openBoth = async () => ({
    accounts: await openMongoAccounts({ url: address, database, clock }),
    directory: await openMongoDirectory({ url: address, database, clock }),
  });

  const away = async ({ accounts, directory }: Awaited<ReturnType<typeof openBoth>>) => {
    const people = accounts.forPool('away');
    const verbs: Promise<unknown>[] = [
      people.find('one'),
      people.create(testAccount({ username: 'one' })),
      people.list({ limit: 1 }),
      accounts.ping(),
    ];
    const settings = directory.forPool('away');
    verbs.push(
      settings.find('client', 'one'),
      settings.create('resource-server', 'api', { name: 'API', scopes: [] }),
      directory.changes(0),
      directory.ping(),
    );
    for (const [n, verb] of (await Promise.allSettled(verbs)).entries()) {
      assert.equal(verb.status, 'rejected');
      assert.ok(verb.reason instanceof Unavailable, String(verb.reason));
      assert.equal(verb.reason.store, n < 4 ? 'accounts' : 'directory');
      assert.ok(verb.reason.cause instanceof Error);
    }
  };

  for (const [how, goAway] of [
    ['stopped', () => cable.cut()],
    ['silent', async () => cable.mute()],
  ] as const) {
    test(`is Unavailable while it is ${how}, and answers again without a restart`, async () => {
      const both = await openBoth();
      const people = both.accounts.forPool(`eu-central-1_${how}`);
      const mia = testAccount({ username: 'mia' });
      await direct.forPool(`eu-central-1_${how}`).create(mia);
      await answersAgain(() => people.find(mia.id));
      await goAway();
      await away(both);
      await away(both);
      await cable.mend();
      await answersAgain(() => people.find(mia.id));
      await answersAgain(() => both.directory.ping());
      await answersAgain(async () => assert.deepEqual(await people.findByName('username', 'mia'), mia));
      await answersAgain(() => people.update(mia.id, (current) => ({ ...current, epoch: 1 })));
      await both.accounts.close();
      await both.directory.close();
    });
  }

  test('whoever has more patience waits longer', async () => {
    const { accounts: usual, directory } = await openBoth();
    const patient = await openMongoAccounts({ url: address, database, clock, patienceMs: 8000 });
    cable.mute();
    const ended: string[] = [];
    const ends = (who: string, stores: typeof usual) =>
      assert.rejects(stores.forPool('away').find('one'), Unavailable).then(() => ended.push(who));
    const waits = ends('patient', patient);
    await ends('usual', usual);
    assert.deepEqual(ended, ['usual']);
    await cable.cut();
    await waits;
    await cable.mend();
    for (const stores of [usual, directory, patient]) await stores.close();
  });

  test('open says Unavailable', async () => {
    await cable.cut();
    await assert.rejects(openMongoAccounts({ url: address, database, clock }), Unavailable);
    await cable.mend();
  });
});
