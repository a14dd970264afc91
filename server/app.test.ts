/** What every request gets, and who answers it, over real HTTP: calls of the JSON API, and all that goes through Koa. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { after, afterEach, before, test } from 'node:test';
import { pino } from 'pino';
import { openApi } from './api/dispatch.ts';
import { openTestService, type TestService } from './api/testing/open-service.ts';
import { type AppParts, openApp } from './app.ts';
import { openAudit } from './audit.ts';

interface Line {
  msg: string;
  requestId?: string;
  method?: string;
  path?: string;
  status?: number;
}

let api: TestService;
let lines: Line[] = [];
const counted: { route: string; status: number }[] = [];
const servers: Server[] = [];

before(async () => {
  api = await openTestService();
});
afterEach(async () => {
  lines = [];
  counted.length = 0;
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await once(server.close(), 'close');
  }
});
after(() => api.stores.close());

/** The product's own pipeline, whose log and counts are kept here. No pool has an address. */
async function serve(settings: Partial<AppParts['settings']> = {}, more: Partial<AppParts> = {}) {
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const app = openApp({
    settings: {
      publicUrl: 'https://id.foyer.test',
      trustedProxies: ['127.0.0.1'],
      mode: 'production',
      ...settings,
    },
    pools: {
      ...api.service.pools,
      byAddress: async () => undefined,
      onChange: () => undefined,
      close: () => undefined,
    },
    ready: async () => undefined,
    api: openApi(api.service),
    upload: async () => false,
    log,
    audit: openAudit(pino({ level: 'silent' }), {
      region: 'eu-central-1',
      accountId: '1',
      auditedEvents: 'all',
    }),
    answered: ({ route, status }) => void counted.push({ route, status }),
    cookieKeys: [Buffer.from('a key of the tests')],
    ...more,
  });
  const server = createServer(app).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { server, port, url: `http://127.0.0.1:${port}` };
}

const TARGET = 'AWSCognitoIdentityProviderService.GetUser';
const CALL = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': TARGET };
const HTTPS = { 'x-forwarded-proto': 'https' };
const getUser = (url: string, headers: Record<string, string> = {}) =>
  fetch(url, { method: 'POST', headers: { ...CALL, ...headers }, body: '{"AccessToken":"a.b.c"}' });

test('an answer of the API says all that every answer says, and one line tells of it', async () => {
  const { url } = await serve();
  const answers = [
    await fetch(`${url}/nowhere`, { headers: HTTPS }),
    await getUser(url, HTTPS),
    await fetch(url, { method: 'OPTIONS', headers: HTTPS }),
  ];
  for (const { headers } of answers) {
    assert.match(headers.get('x-request-id') ?? '', /^[0-9a-f-]{36}$/);
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.equal(headers.get('strict-transport-security'), 'max-age=31536000');
  }
  const [, called] = answers;
  assert.equal(called?.headers.get('x-amzn-requestid'), called?.headers.get('x-request-id'));
  assert.equal((await getUser(url)).headers.get('strict-transport-security'), null, 'over plain HTTP');

  const told = lines.filter(({ msg }) => msg === 'answered');
  assert.deepEqual(
    told.map(({ method, path, status }) => [method, path, status]),
    [
      ['GET', '/nowhere', 404],
      ['POST', '/', 400],
      ['OPTIONS', '/', 204],
      ['POST', '/', 400],
    ],
  );
  assert.equal(told[1]?.requestId, called?.headers.get('x-request-id'));
  assert.deepEqual(counted, [
    { route: 'other', status: 404 },
    { route: 'api/GetUser', status: 400 },
    { route: 'api', status: 204 },
    { route: 'api/GetUser', status: 400 },
  ]);
});

test('a call may carry a query or the whole address; what is not `/` or too long is no call', async () => {
  const { url, port } = await serve();
  const post = (address: string) =>
    raw(
      port,
      `POST ${address} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n` +
        `x-amz-target: ${TARGET}\r\ncontent-length: 2\r\n\r\n{}`,
    );
  for (const address of ['/?a=b', 'http://id.foyer.test/', 'http://id.foyer.test?a', `/?${'x'.repeat(8190)}`])
    assert.match(await post(address), /^HTTP\/1\.1 400 .*"InvalidParameterException"/s, address);
  for (const address of ['//', '/x', '/x/..', '*'])
    assert.match(await post(address), /^HTTP\/1\.1 404 .*"not_found"/s, address);
  assert.match(await post(`/?${'x'.repeat(8191)}`), /^HTTP\/1\.1 414 /);
  for (const method of ['GET', 'HEAD', 'PUT'])
    assert.equal((await fetch(url, { method })).status, 404, method);
});

test('an address that nobody can read is refused, and is no fault of ours', async () => {
  const { port } = await serve();
  const answer = await raw(port, 'GET http://[:1/ HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
  assert.match(answer, /^HTTP\/1\.1 400 .*x-request-id: .*"invalid_request"/s);
  assert.deepEqual(
    lines.map(({ msg, status }) => [msg, status]),
    [['answered', 400]],
  );
});

test('HUI-07 a plain port beside TLS refuses calls of the API, whatever their query', async () => {
  const { url } = await serve({ tls: { certificate: '', key: '' } });
  for (const address of [url, `${url}/?a`]) {
    const refused = await getUser(address);
    assert.equal(refused.status, 400);
    assert.deepEqual(await refused.json(), { error: 'invalid_request', error_description: 'Use https.' });
    assert.equal(refused.headers.get('access-control-allow-origin'), null);
    assert.equal((await fetch(address, { method: 'OPTIONS' })).status, 400);
  }
  assert.equal((await getUser(url, HTTPS)).headers.get('access-control-allow-origin'), '*');
});

test('a call whose body breaks off is told of in one line, and leaves nothing behind', async () => {
  const { server, port } = await serve();
  const socket = connect(port, '127.0.0.1');
  const began = once(server, 'request');
  socket.write(
    `POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nx-amz-target: ${TARGET}\r\n` +
      'content-length: 99\r\n\r\n{"Acc',
  );
  const [, response] = await began;
  socket.destroy();
  await once(response, 'close');
  while (counted.length === 0) await new Promise(setImmediate);
  assert.deepEqual(
    lines.map(({ msg, status }) => [msg, status]),
    [
      ['an API call was refused', undefined],
      ['answered', 400],
    ],
  );
  assert.deepEqual(counted, [{ route: 'api/GetUser', status: 400 }]);
  assert.equal((await getUser(`http://127.0.0.1:${port}`)).status, 400);
});

test('after a call that was answered the connection takes the next one, also where its body was not read', async () => {
  const { port } = await serve();
  const call = (target: string, headers: string, body: string) =>
    `POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nx-amz-target: ${target}\r\n${headers}\r\n\r\n${body}`;
  const answers = await raw(
    port,
    call(TARGET, 'content-length: 2', '{}') +
      call(TARGET, 'transfer-encoding: chunked', '1\r\n{\r\n1\r\n}\r\n0\r\n\r\n') +
      call('Nothing.Nothing', 'content-length: 2', '{}') +
      call(TARGET, 'content-length: 2\r\nconnection: close', '{}'),
  );
  assert.deepEqual(answers.match(/"__type":"\w+"/g), [
    '"__type":"InvalidParameterException"',
    '"__type":"InvalidParameterException"',
    '"__type":"UnknownOperationException"',
    '"__type":"InvalidParameterException"',
  ]);
});

test('what is forgotten by whoever answers ends its connection, not the process', async () => {
  const { url } = await serve({}, { api: () => Promise.reject(new Error('forgotten')) });
  await assert.rejects(getUser(url));
  while (counted.length === 0) await new Promise(setImmediate);
  assert.deepEqual(
    lines.map(({ msg }) => msg),
    ['a request failed', 'answered'],
  );
  assert.equal((await fetch(`${url}/health/live`)).status, 200);
});

test('the trace of a call has its route and status', async () => {
  const ended: object[] = [];
  const { url } = await serve({}, { traced: async (_request, _id, run) => void ended.push(await run()) });
  await getUser(url);
  await fetch(`${url}/health/live`);
  await fetch(`${url}/nowhere`);
  assert.deepEqual(ended, [
    { route: 'api/GetUser', status: 400, pool: undefined },
    { route: 'other', status: 404, pool: undefined },
  ]);
});

/** Sends the bytes and reads until the server closes the connection. */
async function raw(port: number, bytes: string): Promise<string> {
  const socket: Socket = connect(port, '127.0.0.1');
  let heard = '';
  socket.setEncoding('latin1').on('data', (part: string) => {
    heard += part;
  });
  socket.write(bytes);
  await once(socket, 'close');
  return heard;
}
