import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { connect } from 'node:tls';
import { ListUserPoolsCommand } from '@aws-sdk/client-cognito-identity-provider';
import { runCommand } from '../command.ts';
import { freePort } from '../free-port.ts';
import { logged } from '../logged.ts';
import { authorizeUrl } from '../person.ts';
import { startFoyer } from '../start.ts';
import { STORY, storyPool } from '../story-pool.ts';
import { openTlsClient } from './client.ts';
import { AUTHORITY, ID_HOST, issue, startTls, write } from './start-tls.ts';

const serialOf = (chain: string) => new X509Certificate(chain).serialNumber;

test('Foyer speaks TLS with a certificate from files; signed calls of the SDK arrive; browsers are told to stay', async () => {
  const pair = issue([ID_HOST]);
  const tls = await startTls(write('files', { ...pair, chain: pair.chain + AUTHORITY }), {
    poolFile: storyPool(),
  });
  const { UserPools } = await tls.api.send(new ListUserPoolsCommand({ MaxResults: 10 }));
  assert.deepEqual(
    UserPools?.map(({ Id }) => Id),
    [STORY.poolId],
  );
  for (const path of [
    `/${STORY.poolId}/.well-known/jwks.json`,
    `/${STORY.domain}/login?client_id=${STORY.publicClient}`,
    '/nowhere',
  ]) {
    const answer = await tls.client.fetch(tls.at(ID_HOST) + path);
    assert.equal(answer.headers.get('strict-transport-security'), 'max-age=31536000', path);
  }
  const discovery = await tls.client.fetch(
    `${tls.at(ID_HOST)}/${STORY.poolId}/.well-known/openid-configuration`,
  );
  const document = (await discovery.json()) as Record<string, unknown>;
  for (const [name, value] of Object.entries(document))
    if (/_endpoint$|_uri$|^issuer$/.test(name))
      assert.ok(String(value).startsWith(`${tls.at(ID_HOST)}/`), `${name}: ${value}`);
});

test('HUI-07 the plain port sends browsers to https, refuses everything else, and tells its health', async () => {
  const tls = await startTls(write('plain', issue([ID_HOST])), { poolFile: storyPool() });
  const plain = tls.foyer.url;
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(`${plain}${path}`, { redirect: 'manual', ...init });
  const { pathname, search } = new URL(authorizeUrl(`${plain}/${STORY.domain}`));
  for (const path of [pathname + search, `/${STORY.poolId}/.well-known/jwks.json`, '/dev/mailbox.json']) {
    const answer = await ask(path);
    assert.equal(answer.status, 308);
    assert.equal(answer.headers.get('location'), tls.at(ID_HOST) + path, 'the host that asked plays no part');
    assert.equal(answer.headers.get('strict-transport-security'), null);
    assert.equal(answer.headers.getSetCookie().length, 0);
  }
  for (const path of ['/', `/${STORY.domain}/oauth2/token`, `/${STORY.domain}/login`]) {
    const answer = await ask(path, { method: 'POST', body: 'username=mina' });
    assert.equal(answer.status, 400, path);
    assert.equal(((await answer.json()) as { error_description: string }).error_description, 'Use https.');
  }
  assert.equal((await ask('/health/ready')).status, 200);
});

test('nothing older than TLS 1.2 is spoken, and 1.2 only with forward secrecy', async () => {
  const tls = await startTls(write('versions', issue([ID_HOST])));
  const speak = (options: object) =>
    new Promise<string | null>((resolve, reject) => {
      const where = { host: '127.0.0.1', port: tls.port, servername: ID_HOST, ca: AUTHORITY };
      const socket = connect({ ...where, ...options }, () => {
        resolve(`${socket.getProtocol()} ${socket.getCipher().standardName} ${socket.alpnProtocol}`);
        socket.destroy();
      });
      socket.on('error', reject);
    });
  assert.match(
    (await speak({ ALPNProtocols: ['h2', 'http/1.1'] })) ?? '',
    /^TLSv1\.3 TLS_AES_\S+ http\/1\.1$/,
  );
  assert.match(
    (await speak({ maxVersion: 'TLSv1.2' })) ?? '',
    /^TLSv1\.2 TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256/,
  );
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' };
  await assert.rejects(speak(old), /protocol version/);
  await assert.rejects(speak({ maxVersion: 'TLSv1.2', ciphers: 'AES128-GCM-SHA256' }), /handshake failure/);
});

test('replaced files are served without a restart; a bad pair leaves the old one; an expired one is warned of', async () => {
  const first = issue([ID_HOST]);
  const tls = await startTls(write('replaced', first));
  const shown = async () => (await tls.client.handshake(tls.port, ID_HOST)).serialNumber;
  const said = (text: string) => tls.foyer.log().some((line) => line.includes(text));
  const until = async (what: string, isSo: () => Promise<boolean> | boolean) => {
    const deadline = performance.now() + 30_000;
    while (!(await isSo())) {
      if (performance.now() > deadline) assert.fail(`${what}\n${tls.foyer.log().slice(-5).join('\n')}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  assert.equal(await shown(), serialOf(first.chain));
  assert.ok(!said('ends soon'));

  write('replaced', { chain: issue([ID_HOST]).chain, key: first.key });
  await until('the bad pair is complained of', () => said('the old one stays'));
  assert.equal(await shown(), serialOf(first.chain));
  write('replaced', issue([ID_HOST], -1));
  await until('the expired one is complained of', () => said('has expired on'));
  assert.equal(await shown(), serialOf(first.chain));

  const second = issue([ID_HOST], 20);
  write('replaced', second);
  await until('the new one is served', async () => (await shown()) === serialOf(second.chain));
  await until('it is said that it ends soon', () => said('a certificate ends soon'));
  assert.ok(!tls.foyer.log().some((line) => /BEGIN [A-Z ]*PRIVATE|MII[\w+/]{40}/.test(line)));
});

test('workers share the TLS port, and each of them follows the files', async () => {
  const first = issue([ID_HOST]);
  const tls = await startTls(write('workers', first), {
    clockShift: false,
    env: { FOYER_MODE: 'production', FOYER_HOST: '127.0.0.1', FOYER_WORKERS: '2', FOYER_DRAIN_SECONDS: '0' },
  });
  /** Connections go to the workers in turn. */
  const shown = async () => {
    const serials = new Set<string>();
    for (let i = 0; i < 6; i++) serials.add((await tls.client.handshake(tls.port, ID_HOST)).serialNumber);
    return [...serials].join();
  };
  assert.equal(await shown(), serialOf(first.chain));
  const second = issue([ID_HOST]);
  write('workers', second);
  const deadline = performance.now() + 60_000;
  while ((await shown()) !== serialOf(second.chain))
    assert.ok(performance.now() < deadline, 'both workers serve the new certificate');
});

test('a certificate that cannot be used stops the start with a sentence that shows nothing of the key', async () => {
  const good = issue([ID_HOST]);
  const other = issue([ID_HOST]);
  const env = {
    FOYER_MODE: 'development',
    FOYER_MASTER_SECRET: 'correct-horse-battery-staple-0123456789',
    FOYER_DATA_FOLDER: ':memory:',
    FOYER_SAMPLE_PORT: '0',
    FOYER_PORT: String(await freePort()),
  };
  const cases: [name: string, pair: typeof good, fault: RegExp][] = [
    ['mixed', { chain: good.chain, key: other.key }, /does not fit its key/],
    ['expired', issue([ID_HOST], -1), /has expired on/],
    ['damaged', { chain: good.chain, key: good.key.slice(0, 400) }, /has a key that cannot be read/],
    ['none', { chain: 'x', key: good.key }, /holds no certificate/],
  ];
  for (const [name, pair, fault] of cases) {
    const files = write(name, pair);
    const { code, output } = await runCommand([], {
      ...env,
      FOYER_TLS_CERTIFICATE: files.chain,
      FOYER_TLS_KEY: files.key,
    });
    assert.equal(code, 1, output);
    assert.match(
      output,
      /^Foyer cannot start with these settings:\n {2}- FOYER_TLS_CERTIFICATE and FOYER_TLS_KEY/m,
    );
    assert.match(output, fault);
    assert.doesNotMatch(output, /PRIVATE|MII|at Object\./);
  }
});

test('development makes its own certificate and says whom to trust; a later start has the same', async () => {
  const [port, plain] = [await freePort(), await freePort()];
  const foyer = await startFoyer({
    poolFile: storyPool(),
    env: {
      FOYER_TLS: 'self-signed',
      FOYER_PORT: String(port),
      FOYER_PLAIN_PORT: String(plain),
      FOYER_PUBLIC_URL: '',
      FOYER_DOMAIN_SUFFIX: 'pools.test',
    },
  });
  const path = join(foyer.dataFolder, 'tls', 'authority.pem');
  await logged(foyer, 'Authority', path);
  const client = openTlsClient(readFileSync(path, 'utf8'));
  const sees = async (host: string) => {
    const answer = await client.fetch(authorizeUrl(`https://${host}:${port}`));
    return answer.headers.get('location') ?? String(answer.status);
  };
  const own = `${STORY.domain}.auth.us-east-1.pools.test`;
  assert.ok((await sees(own)).startsWith(`https://${own}:${port}/login?`));
  const local = await client.fetch(`https://localhost:${port}/${STORY.poolId}/.well-known/jwks.json`);
  assert.equal(local.status, 200);
  assert.equal(local.headers.get('strict-transport-security'), null, 'loopback is nobody else’s business');
  const { serialNumber } = await client.handshake(port, 'localhost');
  await foyer.restart();
  assert.equal((await client.handshake(port, 'localhost')).serialNumber, serialNumber);
});
