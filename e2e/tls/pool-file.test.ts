import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import {
  CreateUserPoolDomainCommand,
  DeleteUserPoolDomainCommand,
  DescribeUserPoolDomainCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { runCommand } from '../command.ts';
import { freePort } from '../free-port.ts';
import { logged } from '../logged.ts';
import { STORY, storyPool } from '../story-pool.ts';
import { ID_HOST, issue, LOGIN_ARN, LOGIN_HOST, startTls, write } from './start-tls.ts';

const DAY = 24 * 3_600_000;
const CUSTOM = { name: LOGIN_HOST, certificateArn: LOGIN_ARN };
const serialOf = (chain: string) => new X509Certificate(chain).serialNumber;

test('HUI-54 a certificate that has expired since keeps nobody from starting; for a new domain it is refused', async () => {
  const login = issue([LOGIN_HOST], 60);
  const tls = await startTls(write('long', issue([ID_HOST], 300)), {
    poolFile: {
      certificates: [{ arn: LOGIN_ARN, ...write('short', login) }],
      ...storyPool({ domain: CUSTOM }),
    },
  });
  await tls.foyer.shiftClock(61 * DAY);
  await tls.foyer.restart();
  await logged(tls.foyer, 'a certificate has expired');
  const shown = await tls.client.handshake(tls.port, LOGIN_HOST);
  assert.equal(shown.serialNumber, serialOf(login.chain));

  const domain = { UserPoolId: STORY.poolId, Domain: LOGIN_HOST };
  const CustomDomainConfig = { CertificateArn: LOGIN_ARN };
  // Signatures are checked against the time: the caller's clock goes along, and is set back by every answer.
  tls.api.config.systemClockOffset = 61 * DAY;
  await tls.api.send(new DeleteUserPoolDomainCommand(domain));
  tls.api.config.systemClockOffset = 61 * DAY;
  await assert.rejects(tls.api.send(new CreateUserPoolDomainCommand({ ...domain, CustomDomainConfig })), {
    name: 'InvalidParameterException',
    message: /has expired on/,
  });
});

test('a certificate that is brought by command may be named by the pool file', async () => {
  const tls = await startTls(write('own', issue([ID_HOST])), { poolFile: storyPool() });
  const login = issue([LOGIN_HOST]);
  const files = write('brought', login);
  const { output } = await tls.command('certificate', 'put', files.chain, files.key, '--arn', LOGIN_ARN);
  assert.match(output, new RegExp(`^Kept\\..*\\n${LOGIN_ARN}`));
  const poolFile = write('pool', {
    chain: JSON.stringify(storyPool({ domain: [STORY.domain, CUSTOM] })),
    key: '',
  }).chain;
  await tls.foyer.restart({ FOYER_POOL_FILE: poolFile });
  assert.equal((await tls.client.handshake(tls.port, LOGIN_HOST)).serialNumber, serialOf(login.chain));
  const { DomainDescription } = await tls.api.send(new DescribeUserPoolDomainCommand({ Domain: LOGIN_HOST }));
  assert.equal(DomainDescription?.UserPoolId, STORY.poolId);
});

test('every fault of certificates in a pool file is told, and nothing is applied', async () => {
  const [good, other] = [issue([LOGIN_HOST]), issue(['other.test'])];
  const mixed = write('mixed', { chain: good.chain, key: other.key });
  const arn = (n: number) => LOGIN_ARN.replace(/.$/, String(n));
  const file = {
    certificates: [
      { arn: LOGIN_ARN, ...mixed },
      { arn: arn(2), chain: 'nowhere.pem', key: mixed.key },
      { arn: arn(3), ...write('other', other) },
      { arn: 'mine', ...write('good', good) },
    ],
    ...storyPool({ domain: [STORY.domain, { name: LOGIN_HOST, certificateArn: arn(3) }] }),
  };
  const poolFile = write('faulty', { chain: JSON.stringify(file), key: '' }).chain;
  const env = {
    FOYER_MODE: 'development',
    FOYER_MASTER_SECRET: 'correct-horse-battery-staple-0123456789',
    FOYER_DATA_FOLDER: ':memory:',
    FOYER_SAMPLE_PORT: '0',
    FOYER_PORT: String(await freePort()),
    FOYER_POOL_FILE: poolFile,
  };
  const { code, output } = await runCommand([], env);
  assert.equal(code, 1, output);
  for (const fault of [
    /^ {2}- certificates\.0: The certificate does not fit its key\.$/m,
    /^ {2}- certificates\.1: \S+nowhere\.pem cannot be read \(ENOENT\)\.$/m,
    /^ {2}- certificates\.3: mine is not the ARN of a certificate/m,
    /^ {2}- pools\.0\.domain: The certificate \S+ is for other\.test, not for login\.acme\.test\.$/m,
  ])
    assert.match(output, fault);
  assert.doesNotMatch(output, /PRIVATE|MII/);
});
