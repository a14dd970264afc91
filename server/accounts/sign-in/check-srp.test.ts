import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PoolSettings } from '#adapters/directory/records.ts';
import { DEFAULT_LIMITS } from '../../settings/limits.ts';
import { setUserPassword } from '../administration/set-user-password.ts';
import { updateUserAttributes } from '../administration/update-user-attributes.ts';
import { storedVerifier } from '../password-proof.ts';
import { N } from '../srp/group.ts';
import { newPool } from '../testing/new-pool.ts';
import { MINUTE, SECOND, type TestPool, testClient } from '../testing/open-pool.ts';
import { confirmed, PASSWORD, refused } from '../testing/people.ts';
import { openSrpClient } from '../testing/srp-client.ts';
import { changeAccount } from '../write-account.ts';
import { beginSrp } from './begin-srp.ts';
import { checkPassword } from './check-password.ts';
import { checkSrp } from './check-srp.ts';

const legacy = testClient();
const hiding = testClient({ PreventUserExistenceErrors: 'ENABLED' });
const WRONG = 'Wrong-Horse-7!';
function open(change: Partial<PoolSettings> = {}, id?: string): Promise<TestPool> {
  return newPool(change, { id });
}

/** Begins, and gives what a client with that password would answer. */
async function begun(pool: TestPool, username: string, password = PASSWORD, client = legacy) {
  const srp = await openSrpClient(pool);
  const challenge = await beginSrp(pool, client, { username, srpA: srp.srpA });
  return { challenge, proof: await srp.prove(challenge, password) };
}
async function signIn(pool: TestPool, username: string, password = PASSWORD, client = legacy) {
  return checkSrp(pool, client, (await begun(pool, username, password, client)).proof);
}

test('SEC-58 the right password proves whose it is, a wrong one nothing', async () => {
  const pool = await open({ AliasAttributes: ['preferred_username'] });
  const account = await confirmed(pool, 'maria');
  await changeAccount(pool, account.id, (current) => ({
    ...current,
    attributes: { ...current.attributes, preferred_username: 'mimi' },
  }));
  const hashes = pool.hashes();
  const { account: proven, typed } = await signIn(pool, 'mimi');
  assert.deepEqual([proven.id, typed], [account.id, 'mimi']);
  await refused(signIn(pool, 'maria', WRONG), 'credentials-wrong', 'Incorrect username or password.');
  assert.equal(pool.hashes(), hashes, 'no password was hashed');
});

test('SEC-62 a proof counts once, whatever it proves, and of fifty at the same moment one', async () => {
  const pool = await open();
  await confirmed(pool, 'maria');
  const { proof } = await begun(pool, 'maria');
  const all = await Promise.allSettled(Array.from({ length: 50 }, () => checkSrp(pool, legacy, proof)));
  assert.equal(all.filter(({ status }) => status === 'fulfilled').length, 1);
  await refused(checkSrp(pool, legacy, proof), 'session-used');

  const wrong = await begun(pool, 'maria', WRONG);
  await refused(checkSrp(pool, legacy, wrong.proof), 'credentials-wrong');
  await refused(checkSrp(pool, legacy, wrong.proof), 'session-used');
});

test('SEC-63 SEC-51 a proof is for its own person, client and pool, and unchanged', async () => {
  const pool = await open();
  const account = await confirmed(pool, 'maria');
  await confirmed(pool, 'mia');
  const { proof, challenge } = await begun(pool, 'maria');
  await refused(checkSrp(pool, { ...legacy, id: 'another' }, proof), 'session-invalid');
  await refused(checkSrp(pool, legacy, { ...proof, username: 'mia' }), 'session-invalid');
  await refused(checkSrp(pool, legacy, { ...proof, username: 'nobody' }), 'session-invalid');
  for (const at of [4, 10, 40, challenge.session.length - 1]) {
    const other = challenge.session[at] === 'A' ? 'B' : 'A';
    const session = challenge.session.slice(0, at) + other + challenge.session.slice(at + 1);
    await assert.rejects(checkSrp(pool, legacy, { ...proof, session }), { message: /^Invalid session/ });
  }
  for (const session of ['', 'v1.', 'v2.abc', 'x'.repeat(100), `${challenge.session}A`])
    await assert.rejects(checkSrp(pool, legacy, { ...proof, session }), { message: /^Invalid session/ });

  // The same stores and secrets, in another pool.
  pool.id = 'eu-central-1_Test00002';
  await refused(checkSrp(pool, legacy, proof), 'session-invalid');
  pool.id = 'eu-central-1_Test00001';
  assert.equal((await checkSrp(pool, legacy, proof)).account.id, account.id, 'none of these used it up');
});

test('SEC-61 SEC-45 numbers that give the key away are not taken, nor an exchange that is over', async () => {
  const pool = await open();
  await confirmed(pool, 'maria');
  for (const srpA of ['0', '00', N.toString(16), (2n * N).toString(16), 'g', ''])
    await refused(beginSrp(pool, legacy, { username: 'maria', srpA }), 'invalid-parameter');
  const srp = await openSrpClient(pool);
  const challenge = await beginSrp(pool, legacy, { username: 'maria', srpA: srp.srpA });
  pool.clock.at += 3 * MINUTE;
  await refused(checkSrp(pool, legacy, await srp.prove(challenge, PASSWORD)), 'attempt-expired');
});

test('SEC-60 a proof of another time is none', async () => {
  const pool = await open();
  await confirmed(pool, 'maria');
  const srp = await openSrpClient(pool);
  const challenge = await beginSrp(pool, legacy, { username: 'maria', srpA: srp.srpA });
  for (const off of [-5 * MINUTE - SECOND, 5 * MINUTE + SECOND]) {
    const proof = await srp.prove(challenge, PASSWORD, pool.clock.now() + off);
    await refused(checkSrp(pool, legacy, proof), 'timestamp-skewed');
  }
  const { signature } = await srp.prove(challenge, PASSWORD, pool.clock.now() - MINUTE);
  const proof = await srp.prove(challenge, PASSWORD);
  await refused(checkSrp(pool, legacy, { ...proof, signature }), 'credentials-wrong');
});

test('a password that was changed during the exchange no longer proves', async () => {
  const pool = await open();
  await confirmed(pool, 'maria');
  const { proof } = await begun(pool, 'maria');
  await setUserPassword(pool, { username: 'maria', password: 'Another-Horse-8!', permanent: true });
  await refused(checkSrp(pool, legacy, proof), 'credentials-wrong');
  await signIn(pool, 'maria', 'Another-Horse-8!');
});

test('SEC-16 the longest names in any script leave a session that an application can send back', async () => {
  const pool = await open({ AliasAttributes: ['preferred_username'] });
  const [username, preferred_username] = ['😀'.repeat(128), '𐍈'.repeat(128)];
  const { id } = await confirmed(pool, username);
  await updateUserAttributes(pool, { username, given: { preferred_username } });
  for (const typed of [username, preferred_username]) {
    const { challenge, proof } = await begun(pool, typed, PASSWORD, hiding);
    assert.equal(challenge.user, username);
    assert.ok(challenge.session.length <= 2048, String(challenge.session.length));
    assert.equal((await checkSrp(pool, hiding, proof)).account.id, id);
  }
  const nobodys = (await begun(pool, '𐍉'.repeat(128), PASSWORD, hiding)).challenge.session;
  const known = (await begun(pool, preferred_username, PASSWORD, hiding)).challenge.session;
  assert.equal(nobodys.length, known.length, 'the length does not tell either');
  const odd = (await begun(pool, '\u0001'.repeat(128), PASSWORD, hiding)).challenge.session;
  assert.ok(odd.length <= 2048, String(odd.length));
});

test('SEC-33 SEC-34 ATK-47 a name without an account is told of, or answered as any other', async () => {
  const pool = await open({ AliasAttributes: ['email'] });
  await refused(signIn(pool, 'nobody'), 'user-not-found');
  const [one, again, mail, other] = await Promise.all(
    ['nobody', 'nobody', 'nobody@example.com', 'other@example.com'].map(
      async (name) => (await begun(pool, name, PASSWORD, hiding)).challenge,
    ),
  );
  assert.deepEqual([one?.user, one?.salt], ['nobody', again?.salt]);
  assert.notEqual(one?.serverPublic, again?.serverPublic);
  assert.match(mail?.user ?? '', /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.notEqual(mail?.user, other?.user);
  assert.notEqual(one?.salt, mail?.salt);
  await refused(signIn(pool, 'nobody', PASSWORD, hiding), 'credentials-wrong');
  await confirmed(pool, 'maria');
  const known = (await begun(pool, 'maria', PASSWORD, hiding)).challenge;
  const unknown = (await begun(pool, 'mario', PASSWORD, hiding)).challenge;
  assert.equal(known.session.length, unknown.session.length, 'the length does not tell either');
});

test('SEC-34 ATK-47 where capitals make no difference, a name that comes back with one is not an account’s for that', async () => {
  const pool = await open({ UsernameConfiguration: { CaseSensitive: false } });
  await confirmed(pool, 'Maria');
  const userOf = async (name: string) => (await begun(pool, name, PASSWORD, hiding)).challenge.user;
  assert.equal(await userOf('MARIA'), 'Maria');
  const names = Array.from({ length: 40 }, (_, index) => `nobody${index}`);
  const users = await Promise.all(names.map(userOf));
  assert.deepEqual(await Promise.all(names.map((name) => userOf(name.toUpperCase()))), users);
  assert.deepEqual([...new Set(users.map((user) => user.charAt(0)))].sort(), ['N', 'n']);
  await refused(signIn(pool, 'nobody0', PASSWORD, hiding), 'credentials-wrong');
});

test('SEC-34 ATK-47 names without an account are locked after as many guesses as those with one', async () => {
  const pool = await open();
  await confirmed(pool, 'maria');
  for (const name of ['maria', 'nobody']) {
    for (let round = 0; round < 5; round++)
      await refused(signIn(pool, name, WRONG, hiding), 'credentials-wrong');
    await refused(signIn(pool, name, WRONG, hiding), 'attempts-exceeded');
  }
});

test('USR-08 SEC-37 ATK-47 who must reset their password is told so when they begin, and it is told to few', async () => {
  const pool = await open();
  const { id } = await confirmed(pool, 'maria');
  const { srpA } = await openSrpClient(pool);
  const { proof } = await begun(pool, 'maria');
  await changeAccount(pool, id, (current) => ({ ...current, status: 'RESET_REQUIRED' }));
  for (const client of [legacy, hiding])
    await refused(beginSrp(pool, client, { username: 'maria', srpA }), 'password-reset-required');
  await refused(checkSrp(pool, legacy, proof), 'password-reset-required');

  pool.limits = { ...DEFAULT_LIMITS, guesses: { perAddress: 2, perPool: 0 } };
  const ask = () => beginSrp(pool, hiding, { username: 'maria', srpA, address: '192.0.2.7' });
  for (let round = 0; round < 2; round++) await refused(ask(), 'password-reset-required');
  await refused(ask(), 'too-many-requests');
});

test('ATK-47 who asks by SRP which names exist is stopped as who guesses passwords is', async () => {
  const pool = await open();
  await confirmed(pool, 'maria');
  pool.limits = { ...DEFAULT_LIMITS, guesses: { perAddress: 3, perPool: 0 } };
  const { srpA } = await openSrpClient(pool);
  const ask = (username: string, client = legacy) =>
    beginSrp(pool, client, { username, srpA, address: '192.0.2.7' });
  for (let round = 0; round < 5; round++) await ask('maria');
  for (const name of ['one', 'two', 'three']) await refused(ask(name), 'user-not-found');
  await refused(ask('four'), 'too-many-requests');
  await refused(ask('maria'), 'too-many-requests');
  await ask('four', hiding);
});

test('ATK-47 who asks by one session which names are its person’s is stopped as who guesses passwords is', async () => {
  const pool = await open({ AliasAttributes: ['email'] });
  const given = { email: 'maria@example.com', email_verified: 'true' };
  await confirmed(pool, 'maria');
  await updateUserAttributes(pool, { username: 'maria', given });
  pool.limits = { ...DEFAULT_LIMITS, guesses: { perAddress: 2, perPool: 0 } };
  const { proof } = await begun(pool, 'maria', PASSWORD, hiding);
  const ask = (username: string, address = '192.0.2.7') =>
    checkSrp(pool, hiding, { ...proof, username, address });
  for (const name of ['mia@example.com', 'maria@example.org']) await refused(ask(name), 'session-invalid');
  await refused(ask('maria@example.com'), 'too-many-requests');
  assert.equal((await ask('maria@example.com', '198.51.100.7')).typed, 'maria');
});

test('ATK-42 ATK-40 guesses by SRP and in the clear are counted together, also at the same moment', async () => {
  const pool = await open();
  await confirmed(pool, 'maria');
  const proofs = await Promise.all(Array.from({ length: 10 }, () => begun(pool, 'maria', WRONG)));
  const guesses = await Promise.allSettled([
    ...proofs.map(({ proof }) => checkSrp(pool, legacy, proof)),
    ...proofs.map(() => checkPassword(pool, legacy, { username: 'maria', password: WRONG })),
  ]);
  const reasons = guesses.map((guess) => (guess.status === 'rejected' ? guess.reason.reason : 'in'));
  assert.equal(reasons.filter((reason) => reason === 'credentials-wrong').length, 5);
  await refused(signIn(pool, 'maria'), 'attempts-exceeded');
  await refused(checkPassword(pool, legacy, { username: 'maria', password: PASSWORD }), 'attempts-exceeded');
  pool.clock.at += SECOND;
  await signIn(pool, 'maria');
});

test('SEC-65 an account that came with a hash alone proves by SRP from its first plain sign-in on', async () => {
  const pool = await open();
  const { id, passwordHash } = await confirmed(pool, 'maria');
  await changeAccount(pool, id, ({ srpVerifier: _, ...rest }) => rest);
  await refused(signIn(pool, 'maria'), 'credentials-wrong');
  const account = await checkPassword(pool, legacy, { username: 'maria', password: PASSWORD });
  assert.equal(account.passwordHash, passwordHash, 'the hash is of the current setting, and stays');
  assert.equal((await signIn(pool, 'maria')).account.id, id);
});

test('SEC-66 what is stored names no password, and a verifier is bound to its hash and its account', async () => {
  const pool = await open();
  const maria = await confirmed(pool, 'maria');
  const mia = await confirmed(pool, 'mia');
  const verifier = storedVerifier(pool, maria);
  assert.ok(verifier);
  const text = JSON.stringify(maria);
  assert.ok(!text.includes(PASSWORD));
  for (const form of ['hex', 'base64', 'base64url'] as const) {
    const bytes = Buffer.from(verifier.verifier.toString(16).padStart(768, '0'), 'hex').subarray(30, 90);
    assert.ok(!text.includes(bytes.toString(form)), 'the verifier itself is not there to read');
  }
  assert.equal(storedVerifier(pool, { ...maria, passwordHash: mia.passwordHash }), undefined);
  assert.throws(() => storedVerifier(pool, { ...maria, id: mia.id }), /cannot be opened/);
});
