import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { PASSWORD_HASH } from './file/columns.ts';
import { countsOf, MINUTE, newStage, POOL, people, person, type Stage } from './testing/open-stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await newStage();
});

test('USR-129 USR-148 USR-152 a job imports people, who must choose a password and are told nothing', async () => {
  const job = await stage.begun(stage.file([...people(230), person('no e-mail', { email: '' })]));
  assert.equal(await stage.status(job), 'Pending');
  assert.equal(job.record.startedAt, stage.clock.at);
  stage.clock.at += MINUTE;
  await stage.worker().look();
  const ended = await stage.find(job);
  assert.equal(ended.record.status, 'Succeeded');
  assert.equal(ended.record.completedAt, stage.clock.at);
  assert.deepEqual(countsOf(ended), { imported: 230, skipped: 0, failed: 1 });
  const user = await stage.accounts.findByName('username', 'user229');
  assert.equal(user?.status, 'RESET_REQUIRED');
  assert.equal(user.createdAt, stage.clock.at);
  assert.equal(user.passwordHash, undefined);
  assert.deepEqual(user.attributes, { email: 'user229@example.com', email_verified: 'true' });
  assert.equal((await stage.accounts.list({ limit: 300 })).items.length, 230);
});

test('USR-136 USR-147 a username that is there, or twice in the file, is skipped and left as it is', async () => {
  const first = await stage.begun(stage.file(people(3)));
  await stage.worker().look();
  assert.equal(await stage.status(first), 'Succeeded');
  const user1 = await stage.accounts.findByName('username', 'user1');
  const rows = [...people(6, 2), person('user4', { name: 'another' }), person('user1', { name: 'new' })];
  const job = await stage.begun(stage.file(rows));
  await stage.worker().look();
  assert.deepEqual(countsOf(await stage.find(job)), { imported: 5, skipped: 3, failed: 0 });
  assert.deepEqual(await stage.accounts.findByName('username', 'user1'), user1);
  assert.equal((await stage.accounts.findByName('username', 'user4'))?.attributes['name'], undefined);
});

test('USR-147 a contact that is another account’s alias fails the row', async () => {
  stage = await newStage({ AliasAttributes: ['email'] });
  const rows = [person('mia'), person('noa', { email: 'mia@example.com' }), person('mia')];
  const job = await stage.begun(stage.file(rows));
  await stage.worker().look();
  assert.deepEqual(countsOf(await stage.find(job)), { imported: 1, skipped: 1, failed: 1 });
  assert.equal(stage.lines()[1], '[FAILED] Line Number 3 - An account with the given email already exists.');
  assert.equal((await stage.accounts.findByName('email', 'mia@example.com'))?.username, 'mia');
});

test('where e-mail addresses are the usernames, one that is there is skipped', async () => {
  stage = await newStage({ UsernameAttributes: ['email'] });
  const mia = person('mia@example.com', { email: '' });
  const job = await stage.begun(stage.file([mia, person('noa@example.com', { email: '' }), mia]));
  await stage.worker().look();
  assert.deepEqual(countsOf(await stage.find(job)), { imported: 2, skipped: 1, failed: 0 });
});

test('a preferred username that is somebody’s username is refused, and the other way round', async () => {
  stage = await newStage({ AliasAttributes: ['preferred_username'] });
  const rows = [
    person('mia', { preferred_username: 'mimi' }),
    person('noa', { preferred_username: 'mia' }),
    person('mimi'),
    person('ana', { preferred_username: 'mimi' }),
  ];
  const job = await stage.begun(stage.file(rows));
  await stage.worker().look();
  assert.deepEqual(countsOf(await stage.find(job)), { imported: 1, skipped: 1, failed: 2 });
  assert.equal((await stage.accounts.list({ limit: 10 })).items.length, 1);
});

test('USR-150 USR-151 the log has a line for each user, by number, and nothing of the user', async () => {
  const file = stage.file([person('mia'), person('mia'), person('noa', { email_verified: '' })]);
  const [header, ...rows] = file.trimEnd().split('\n');
  const job = await stage.begun([header, '', ...rows, '', ''].join('\r\n'));
  await stage.worker().look();
  assert.deepEqual(stage.lines(), [
    '[SUCCEEDED] Line Number 3 - The import succeeded.',
    '[SKIPPED] Line Number 4 - The user already exists.',
    '[FAILED] Line Number 5 - The User Record does not set any of the auto verified attributes to true. (Example: email_verified to true).',
  ]);
  const [line] = stage.logged.filter(({ logStream }) => logStream);
  assert.equal(line?.['logGroup'], `/aws/cognito/userpools/${POOL}/people`);
  assert.equal(line?.['logStream'], `${job.id}/spring`);
  assert.doesNotMatch(JSON.stringify(stage.logged), /mia|noa|example\.com/);
});

test('people who come with the hash of a password are confirmed, the others must choose one', async () => {
  const hash = `$2b$10$${'a'.repeat(53)}`;
  const escaped = `$argon2id$v=19$m=65536\\,t=3\\,p=4$${'a'.repeat(22)}$${'a'.repeat(43)}`;
  const bcrypt = await stage.begun(stage.file([person('mia', { [PASSWORD_HASH]: hash }), person('noa')]), {
    hashing: 'BCRYPT',
  });
  await stage.worker().look();
  assert.deepEqual(countsOf(await stage.find(bcrypt)), { imported: 2, skipped: 0, failed: 0 });
  const mia = await stage.accounts.findByName('username', 'mia');
  assert.deepEqual([mia?.status, mia?.passwordHash, mia?.srpVerifier], ['CONFIRMED', hash, undefined]);
  assert.equal((await stage.accounts.findByName('username', 'noa'))?.status, 'RESET_REQUIRED');

  const argon = await stage.begun(
    stage.file([person('ana', { [PASSWORD_HASH]: escaped }), person('eva', { [PASSWORD_HASH]: hash })]),
    { hashing: 'ARGON2ID' },
  );
  await stage.worker().look();
  assert.deepEqual(countsOf(await stage.find(argon)), { imported: 1, skipped: 0, failed: 1 });
  assert.equal(
    (await stage.accounts.findByName('username', 'ana'))?.passwordHash,
    escaped.replaceAll('\\', ''),
  );
  assert.ok(!JSON.stringify(stage.logged).includes('aaaa'));
});

test('a column with hashes is demanded by a job that says how they are made, and by no other', async () => {
  const plain = stage.file([person('mia')]);
  const hashed = stage.file([person('mia', { [PASSWORD_HASH]: '' })]);
  for (const [file, hashing] of [
    [plain, 'BCRYPT'],
    [hashed, undefined],
  ] as const) {
    const job = await stage.begun(file, { hashing });
    await stage.worker().look();
    assert.equal(await stage.status(job), 'Failed');
  }
});

test('USR-135 USR-145 USR-146 a file that cannot be read fails the job, and nobody is imported from it', async () => {
  const good = stage.file(people(300));
  const files: [text: string, message: RegExp][] = [
    ['', /^The file is empty\.$/],
    [`\uFEFF${good}`, /byte-order mark/],
    [good.replace(',birthdate,', ','), /lacks the column birthdate/],
    [good.replace(',birthdate,', ',birthdate,custom:team,'), /no attribute of the user pool/],
    [`${good}${'x'.repeat(16_001)}\n`, /^Line 302 of the file is longer/],
  ];
  for (const [text, message] of files) {
    const job = await stage.begun(text);
    await stage.worker().look();
    const { record } = await stage.find(job);
    assert.equal(record.status, 'Failed');
    assert.match(record.message ?? '', message);
    assert.deepEqual([record.imported, record.skipped, record.failed], [0, 0, 0]);
  }
  assert.equal(await stage.accounts.estimate(), 0);
});

test('USR-149 a job gives up when the first five fail, or half of a hundred do', async () => {
  const bad = (count: number) => people(count).map((row) => ({ ...row, email_verified: '' }));
  const look = async (rows: Record<string, string>[]) => {
    const job = await stage.begun(stage.file(rows));
    await stage.worker().look();
    const { record } = await stage.find(job);
    return [record.status, record.imported, record.failed];
  };
  assert.deepEqual(await look(bad(300)), ['Failed', 0, 5]);
  const [newest] = (await stage.stores.directory.forPool(POOL).list('import-job', { limit: 1 })).items;
  assert.equal(newest?.record.message, 'Too many users have failed or been skipped during the import.');
  assert.deepEqual(await look(bad(4)), ['Succeeded', 0, 4]);
  assert.deepEqual(await look([...people(60), ...bad(300)]), ['Failed', 60, 145]);
  assert.deepEqual(await look([...people(60, 1000), ...bad(60)]), ['Succeeded', 60, 60]);
});

test('USR-149 how many may fail is a setting', async () => {
  const rows = people(150).map((row) => ({ ...row, email_verified: '' }));
  const patient = await stage.begun(stage.file(rows));
  await stage.worker({ settings: { importMostFailed: 100 } }).look();
  assert.deepEqual(countsOf(await stage.find(patient)), { imported: 0, skipped: 0, failed: 150 });
  const strict = await stage.begun(stage.file([...people(130), ...rows.slice(0, 20)]));
  await stage.worker({ settings: { importMostFailed: 10 } }).look();
  assert.equal(await stage.status(strict), 'Failed');
});
