import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { runCommand } from '../command.ts';
import { freePort } from '../free-port.ts';
import { openHttpSession } from '../http-session.ts';
import { startMailServer } from '../mail-server.ts';
import { openSignIn, PASSWORD, redeem, signIn, signUpAndConfirm, token } from '../person.ts';
import { type Foyer, startFoyer } from '../start.ts';
import { STORY, storyPool } from '../story-pool.ts';
import { startBalancer } from './balancer.ts';

const users = [{ username: 'mia@example.com', password: PASSWORD, attributes: { email: 'mia@example.com' } }];
const production = {
  FOYER_MODE: 'production',
  FOYER_HOST: '127.0.0.1',
  FOYER_WORKERS: '2',
  FOYER_DRAIN_SECONDS: '0',
  FOYER_TRUSTED_PROXIES: '127.0.0.1',
};

interface Line {
  msg: string;
  worker?: number;
  pid?: number;
  path?: string;
}
/** A worker that still starts when its primary is killed is ended by Node, in words of Node's own. */
const isLogged = (line: string) => line.startsWith('{"level"');
const linesOf = (foyer: Foyer) =>
  foyer
    .log()
    .filter(isLogged)
    .map((line) => JSON.parse(line) as Line);
const pidsOf = (foyer: Foyer) =>
  linesOf(foyer).flatMap(({ msg, pid }) => (msg === 'a worker listens' && pid ? [pid] : []));

/** The limit is the test run's own. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await pause(20);
}
const listens = () => until(() => linesOf(foyer).some(({ msg }) => msg === 'listening'));

// nginx in front opens a connection for each request, and each connection goes to the next worker.
const port = await freePort();
const url = `http://localhost:${port}`;
const hosted = `${url}/${STORY.domain}`;
const mail = await startMailServer();
const foyer = await startFoyer({
  poolFile: storyPool({ users }),
  env: { ...production, FOYER_PUBLIC_URL: url, FOYER_SMTP_URL: mail.url },
  clockShift: false,
});
await listens();
await startBalancer(port, [foyer], { keep: 0 });
test('several workers on one port are one service: requests of one sign-up go to all of them', async () => {
  const code = await signUpAndConfirm({ url, mailbox: mail.mailbox }, 'mina@example.com');
  const { status, body } = await redeem(hosted, code);
  assert.equal(status, 200);
  const answer = await token(hosted, {
    grant_type: 'refresh_token',
    refresh_token: body['refresh_token'] ?? '',
  });
  assert.equal(answer.status, 200);
  assert.equal((await redeem(hosted, code)).status, 400, 'a code is good once, at any of them');

  const answered = linesOf(foyer).filter(
    ({ msg, path }) => msg === 'answered' && path?.startsWith('/story/'),
  );
  assert.deepEqual([...new Set(answered.map(({ worker }) => worker))].sort(), [1, 2]);
  assert.equal(linesOf(foyer).filter(({ msg }) => msg === 'pool file applied').length, 1);
  assert.equal(linesOf(foyer).filter(({ msg }) => msg === 'listening').length, 1);
});

test('what keeps the first worker from starting ends the whole, with its sentence', async () => {
  const { code, output } = await runCommand([], foyer.env);
  assert.equal(code, 1);
  assert.match(output, /FOYER_PORT: another program listens on port/);
});

test('a worker that is killed is replaced, and meanwhile the others serve', async () => {
  const [first] = pidsOf(foyer);
  assert.ok(first);
  process.kill(first, 'SIGKILL');
  await until(() => linesOf(foyer).some(({ msg }) => msg === 'a worker died'));
  // One connection may be on its way to a worker at the moment when it is killed; no second one is.
  const signInHere = () => signIn(hosted, 'mia@example.com');
  assert.ok(await signInHere().catch(signInHere));
  // Each request goes to the next worker: when there are two again, the new one answers some.
  await until(() => pidsOf(foyer).length === 3);
  for (let n = 0; n < 2; n++) assert.equal((await openSignIn(openHttpSession(), hosted)).status, 200);
  await until(() => linesOf(foyer).some(({ msg, worker }) => msg === 'answered' && worker === 3));
});

test('all stop when the primary is asked to, and none outlives it when it is killed', async () => {
  assert.equal(await foyer.stop(), 0);
  assert.ok(!pidsOf(foyer).some(isAlive));
  await foyer.restart();
  await foyer.kill();
  await until(() => !pidsOf(foyer).some(isAlive));
  await assert.rejects(fetch(`${foyer.url}/health/live`));
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
