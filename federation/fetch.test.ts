import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import type { LookupAddress } from 'node:dns';
import { once } from 'node:events';
import { createServer } from 'node:https';
import { type AddressInfo, createServer as createPlainServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import forge from 'node-forge';
import { refused } from './contract.ts';
import { type OutgoingOptions, openOutgoing } from './fetch.ts';
import { openVendor } from './testing/local-vendor.ts';

const clock = { now: () => 1000 };

async function start(t: TestContext, options: Partial<OutgoingOptions> = {}) {
  const server = await openVendor(() => ({
    '/plain': () => ({ json: { ok: true }, headers: { 'x-a': 'b' } }),
    '/loop': () => ({ status: 302, headers: { location: '/loop' } }),
    '/once': () => ({ status: 301, headers: { location: '/plain' } }),
    '/inside': () => ({ status: 307, headers: { location: 'http://10.0.0.1/latest/meta-data' } }),
    '/file': () => ({ status: 307, headers: { location: 'file:///etc/passwd' } }),
    '/huge': () => ({ bytes: 100 * 1024 * 1024 }),
    '/silent': () => ({ silent: () => undefined }),
    '/cut': () => ({ cut: true }),
    '/odd': () => ({ status: 999, body: 'request denied' }),
    '/empty': () => ({ status: 204 }),
    '/echo': ({ method, form, headers }) => ({
      json: { method, form: form.toString(), agent: headers['user-agent'] },
    }),
  }));
  const outgoing = openOutgoing({ clock, allow: ['127.0.0.0/8'], ...options });
  t.after(async () => {
    outgoing.close();
    await server.close();
  });
  return { outgoing, server, base: server.base };
}

/** A resolver in which a name has these addresses. */
const resolver = (...addresses: string[]) =>
  ((_host: string, _options: object, done: (error: null, found: LookupAddress[]) => void) =>
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )) as NonNullable<OutgoingOptions['resolve']>;

test('an answer comes whole, with its status and headers, whatever the status', async (t) => {
  const { outgoing, base } = await start(t);
  const plain = await outgoing.fetch(`${base}/plain`);
  assert.deepEqual([plain.status, plain.headers.get('x-a'), await plain.json()], [200, 'b', { ok: true }]);
  assert.equal((await outgoing.fetch(`${base}/empty`)).status, 204);
  assert.equal((await outgoing.fetch(`${base}/none`)).status, 404);
  // A status that no Response can have.
  assert.equal((await outgoing.fetch(`${base}/odd`)).status, 502);
  const posted = await outgoing.fetch(`${base}/echo`, { method: 'POST', body: 'a=b%26' });
  assert.deepEqual(await posted.json(), { method: 'POST', form: 'a=b%26', agent: 'Foyer' });
});

test('redirects are answers, unless they are to be followed, three at most', async (t) => {
  const { outgoing, base, server } = await start(t);
  assert.equal((await outgoing.fetch(`${base}/once`)).status, 301);
  const followed = await outgoing.fetch(`${base}/once`, { redirect: 'follow' });
  assert.deepEqual(await followed.json(), { ok: true });
  server.seen.length = 0;
  await refused(outgoing.fetch(`${base}/loop`, { redirect: 'follow' }), 'unreachable');
  assert.equal(server.seen.length, 4);
});

test('a redirect does not lead to a private address or out of the web', async (t) => {
  const { outgoing, base } = await start(t);
  const inside = await refused(outgoing.fetch(`${base}/inside`, { redirect: 'follow' }), 'unreachable');
  assert.match(inside.message, /not an https/);
  await refused(outgoing.fetch(`${base}/file`, { redirect: 'follow' }), 'unreachable');
});

test('a connection that ends in a way that is no error to Node lets go whoever waits', async (t) => {
  const server = createPlainServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () =>
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { outgoing } = await start(t);
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const fault = await refused(outgoing.fetch(`http://127.0.0.1:${port}/`), 'unreachable');
  assert.match(fault.message, /another protocol/);
});

test('an answer of 100 MB is left after the first', async (t) => {
  const { outgoing, base } = await start(t, { maxBytes: 100_000 });
  assert.match((await refused(outgoing.fetch(`${base}/huge`), 'invalid-answer')).message, /100000 bytes/);
});

test('who does not answer in time is unreachable, and named by what was called', async (t) => {
  const { outgoing, base } = await start(t, { timeoutMs: 20 });
  const fault = await refused(
    outgoing.fetch(`${base}/silent`, { purpose: 'IdP token endpoint' }),
    'unreachable',
  );
  assert.equal(fault.description, 'Timeout occurred in calling IdP token endpoint');
});

test('an answer that ends in the middle is none', async (t) => {
  const { outgoing, base } = await start(t);
  await refused(outgoing.fetch(`${base}/cut`), 'unreachable');
});

test('what does not fit into a request is not sent', async (t) => {
  const { outgoing, base, server } = await start(t);
  await refused(
    outgoing.fetch(`${base}/plain`, { headers: { authorization: 'Bearer a\r\nx: y' } }),
    'unreachable',
  );
  assert.equal(server.seen.length, 0);
});

test('nobody at the address is unreachable', async (t) => {
  const { outgoing } = await start(t);
  const gone = await openVendor(() => ({}));
  await gone.close();
  const fault = await refused(outgoing.fetch(gone.base, { purpose: 'jwks uri' }), 'unreachable');
  assert.equal(fault.description, 'Error in calling jwks uri');
});

test('private addresses are not called, in whatever way they are written', async (t) => {
  const { outgoing } = await start(t, { allow: [] });
  const hosts = [
    ...['127.0.0.1', '10.1.2.3', '172.16.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1', '0.0.0.0'],
    ...['[::1]', '[::]', '[fd00::1]', '[fe80::1]', '[::ffff:10.0.0.1]', '[64:ff9b::a00:1]', '[2002:a00:1::]'],
    // The same address in the forms that URLs know.
    ...['2130706433', '0x7f.1', '0177.0.0.1', '127.1'],
  ];
  for (const host of hosts) {
    const url = `https://${host}/`;
    assert.match(outgoing.refusal(url) ?? '', /private address/, host);
    await refused(outgoing.fetch(url), 'unreachable');
  }
});

test('a name that leads to a private address is not called, also when one of several does', async (t) => {
  for (const addresses of [['10.0.0.1'], ['93.184.215.14', '127.0.0.1'], ['::ffff:127.0.0.1'], ['fd00::1']]) {
    const { outgoing } = await start(t, { allow: [], resolve: resolver(...addresses) });
    assert.equal(outgoing.refusal('https://idp.example.com/'), undefined);
    const fault = await refused(outgoing.fetch('https://idp.example.com/'), 'unreachable');
    assert.match(fault.message, /private address/);
  }
});

test('only https is spoken, but for this machine and origins that the operator names', async (t) => {
  const { outgoing } = await start(t, {
    allow: ['127.0.0.0/8', 'http://keycloak:8080', 'idp.internal', '10.1.0.0/16'],
  });
  const fine = [
    ...[
      'https://accounts.google.com/x',
      'https://idp.internal/',
      'https://10.1.2.3:8443/',
      'https://8.8.8.8/',
    ],
    ...['http://127.0.0.1:9/', 'http://localhost:9/', 'http://keycloak:8080/realms/a'],
  ];
  for (const url of fine) assert.equal(outgoing.refusal(url), undefined, url);
  const not = [
    ...['http://accounts.google.com/', 'http://keycloak:8081/', 'http://keycloak/', 'http://idp.internal/'],
    ...[
      'http://10.1.2.3/',
      'https://10.2.2.3/',
      'https://a:b@idp.example.com/',
      'https://a@idp.example.com/',
    ],
    ...[
      'javascript:alert(1)',
      'data:text/html,x',
      'file:///etc/passwd',
      'ftp://a/',
      '',
      'idp.example.com',
      '//a',
    ],
  ];
  for (const url of not) assert.ok(outgoing.refusal(url), url);
  const closed = openOutgoing({ clock });
  assert.ok(closed.refusal('http://localhost/'));
  assert.ok(closed.refusal('http://127.0.0.1/'));
});

test('a list of the operator that cannot be read stops the start', () => {
  for (const entry of ['10.0.0.0/33', '10.0.0.0/x', 'http://a/path', 'https://a', 'a b', '', '*'])
    assert.throws(() => openOutgoing({ clock, allow: [entry] }), /is not/, entry);
});

test('a certificate must be of somebody whom the machine trusts, and of the name that was called', async (t) => {
  const { key, cert } = selfSigned('localhost');
  const server = createServer({ key, cert }, (_request, response) => void response.end('fine'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const call = async (host: string) => {
    const outgoing = openOutgoing({ clock, allow: ['127.0.0.0/8'], resolve: resolver('127.0.0.1') });
    t.after(() => outgoing.close());
    return outgoing.fetch(`https://${host}:${port}/`);
  };
  assert.match((await refused(call('localhost'), 'unreachable')).message, /self-signed certificate/);
  const trusted = getCACertificates('default');
  setDefaultCACertificates([...trusted, cert]);
  t.after(() => setDefaultCACertificates(trusted));
  assert.equal(await (await call('localhost')).text(), 'fine');
  assert.match((await refused(call('idp.example.com'), 'unreachable')).message, /altnames/);
});

/** A key and a certificate of its own, for one name. */
function selfSigned(name: string): { key: string; cert: string } {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const cert = forge.pki.createCertificate();
  cert.publicKey = forge.pki.publicKeyFromPem(
    createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString(),
  );
  cert.serialNumber = '01';
  cert.validity.notBefore = new Date(Date.now() - 60_000);
  cert.validity.notAfter = new Date(Date.now() + 3_600_000);
  cert.setSubject([{ name: 'commonName', value: name }]);
  cert.setIssuer([{ name: 'commonName', value: name }]);
  cert.setExtensions([{ name: 'subjectAltName', altNames: [{ type: 2, value: name }] }]);
  cert.sign(forge.pki.privateKeyFromPem(key), forge.md.sha256.create());
  return { key, cert: forge.pki.certificateToPem(cert) };
}
