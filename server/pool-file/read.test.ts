import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { InvalidPoolFile, readPoolFile } from './read.ts';

function file(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'foyer-')), 'pool.yaml');
  writeFileSync(path, text);
  return path;
}

function faultsOf(text: string): string[] {
  try {
    readPoolFile(file(text));
  } catch (error) {
    assert.ok(error instanceof InvalidPoolFile);
    return error.faults;
  }
  assert.fail('the file was accepted');
}

test('YAML and JSON are read alike', () => {
  const fromYaml = readPoolFile(file('pools:\n  - settings: { PoolName: Demo }\n    domain: demo\n'));
  const fromJson = readPoolFile(file('{"pools":[{"settings":{"PoolName":"Demo"},"domain":"demo"}]}'));
  assert.deepEqual(fromYaml, fromJson);
  assert.deepEqual(fromYaml.pools[0]?.domain, [{ name: 'demo' }]);
  assert.deepEqual(fromYaml.pools[0]?.clients, []);
});

test('a domain is a name, a name with a certificate, or a list of both; paths are from the folder of the file', () => {
  const path = file(`
certificates:
  - { arn: a, chain: tls/chain.pem, key: /keys/key.pem }
pools:
  - settings: {}
  - { settings: {}, domain: { name: auth.acme.test, certificateArn: a } }
  - { settings: {}, domain: [acme, { name: auth.acme.test, certificateArn: a }] }
`);
  const { certificates, pools } = readPoolFile(path);
  assert.deepEqual(certificates, [
    { arn: 'a', chain: join(dirname(path), 'tls/chain.pem'), key: '/keys/key.pem' },
  ]);
  const custom = { name: 'auth.acme.test', certificateArn: 'a' };
  assert.deepEqual(
    pools.map(({ domain }) => domain),
    [[], [custom], [{ name: 'acme' }, custom]],
  );
  const faults = faultsOf('pools: [{ settings: {}, domain: { nmae: x } }, { settings: {}, domain: 7 }]');
  assert.ok(
    faults.some((fault) => fault.includes('"nmae"') && fault.includes('"name"')),
    faults.join('\n'),
  );
  assert.ok(faults.some((fault) => fault.startsWith('pools.1.domain')));
});

test('an unknown key is refused with the nearest known one, and every fault is told', () => {
  const faults = faultsOf(
    'pools:\n  - settings: {}\n    domian: demo\n    clients: [{ setings: {} }]\n    id: odd\n',
  );
  assert.ok(
    faults.some((fault) => fault.includes('"domian"') && fault.includes('"domain"')),
    faults.join('\n'),
  );
  assert.ok(faults.some((fault) => fault.includes('"setings"') && fault.includes('"settings"')));
  assert.ok(faults.some((fault) => fault.startsWith('pools.0.id')));
});

test('what a client has in the openid profile is checked with the frame, its names among themselves', () => {
  const client = (OpenId: object) =>
    JSON.stringify({ pools: [{ settings: {}, clients: [{ settings: {}, OpenId }] }] });
  const OpenId = { jwks_uri: 'https://app.test/jwks', consent: true };
  assert.deepEqual(readPoolFile(file(client(OpenId))).pools[0]?.clients[0]?.OpenId, OpenId);
  assert.deepEqual(
    faultsOf(client({ jwks_url: 'https://app.test/jwks', consnet: true, id: 'x', contacts: [7] })).toSorted(),
    [
      'pools.0.clients.0.OpenId.contacts.0: Invalid input: expected string, received number',
      'pools.0.clients.0.OpenId: "consnet" is not known here. Did you mean "consent"?',
      'pools.0.clients.0.OpenId: "id" is not known here. Did you mean "jwks"?',
      'pools.0.clients.0.OpenId: "jwks_url" is not known here. Did you mean "jwks_uri"?',
    ],
  );
});

test('a file that cannot be read or parsed says so', () => {
  assert.throws(() => readPoolFile('/nowhere/pool.yaml'), /cannot be read/);
  assert.match(faultsOf('pools: [').join(), /line 1/);
  assert.match(faultsOf('pools:\npools:\n').join(), /unique/i);
  assert.match(faultsOf('').join(), /the file/);
});

test('a few lines of YAML cannot blow up to fill the memory', () => {
  const laughs = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
  for (const [from, to] of ['ab', 'bc', 'cd', 'de', 'ef', 'fg'])
    laughs.push(
      `${to}: &${to} [*${from}, *${from}, *${from}, *${from}, *${from}, *${from}, *${from}, *${from}]`,
    );
  assert.throws(() => readPoolFile(file(`${laughs.join('\n')}\n`)), InvalidPoolFile);
});
