/**
 * Connections that are opened to be held. Only the server can end those of the first tests: where it held one, the
 * test would not end.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import { after, describe, test } from 'node:test';
import { listen } from '../../server/listen.ts';
import { freePort } from '../free-port.ts';
import { hostedAt, redeem, signUpAndConfirm } from '../person.ts';
import { startFoyer } from '../start.ts';
import { storyPool } from '../story-pool.ts';
import { dial, readAnswer } from './raw-request.ts';

/** Less than the product waits, and more than a machine may stop for before it reads what was sent. */
const QUICK = {
  headersTimeout: 1500,
  requestTimeout: 2500,
  keepAliveTimeout: 1500,
  connectionsCheckingInterval: 20,
};

const readAll: RequestListener = (request, response) => {
  request.resume();
  request.once('end', () => response.end('read'));
};
const port = await freePort();
const listening = await listen(readAll, { host: '127.0.0.1', port }, undefined, QUICK);
after(() => listening.close(0));
const url = `http://127.0.0.1:${port}`;

/** Sends the text, then another byte of it ever again, until the server has closed; gives what it said. */
async function drip(socket: Socket, text: string, more?: string): Promise<string> {
  let heard = '';
  socket.setEncoding('latin1').on('data', (part: string) => {
    heard += part;
  });
  // It is closed while we write: that is the point.
  socket.on('error', () => {});
  socket.write(text);
  const dripping = setInterval(() => more !== undefined && socket.writable && socket.write(more), 20);
  if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve));
  clearInterval(dripping);
  return heard;
}

const HELD: [what: string, text: string, more: string | undefined, status: number][] = [
  ['says nothing', '', undefined, 408],
  ['says one line and no more', 'GET / HTTP/1.1\r\n', undefined, 408],
  ['adds a header letter by letter', 'GET / HTTP/1.1\r\nhost: x\r\nx-slow: ', 'x', 408],
  [
    'promises a body and sends none',
    'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\n',
    undefined,
    408,
  ],
  ['sends a body letter by letter', 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9999\r\n\r\n', 'x', 408],
  [
    'sends a body in pieces without end',
    'POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n',
    '1\r\nx\r\n',
    408,
  ],
  ['keeps a connection and asks nothing more', 'GET / HTTP/1.1\r\nhost: x\r\n\r\n', undefined, 200],
];

describe('side by side, since each waits for the server', { concurrency: true }, () => {
  for (const [what, text, more, status] of HELD)
    test(`ATK-53 a client that ${what} is shown out`, async () => {
      assert.equal(readAnswer(await drip(await dial(url), text, more)).status, status);
    });
});

test('a file of an import job may take longer than any other request', async () => {
  const socket = await dial(url);
  const answer = new Promise<string>((resolve) => {
    let heard = '';
    socket.setEncoding('latin1').on('data', (part: string) => {
      heard += part;
      if (heard.includes('read')) resolve(heard);
    });
  });
  socket.write(
    'PUT /eu-central-1_Pool00001/user-imports/import-1 HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\na',
  );
  // Until the server has shown somebody else out who began later.
  await drip(await dial(url), 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n', 'x');
  await drip(await dial(url), 'POST /user-imports/ HTTP/1.1\r\nhost: x\r\ncontent-length: 9999\r\n\r\n', 'x');
  socket.write('bc');
  assert.equal(readAnswer(await answer).status, 200);
  socket.destroy();
});

test('ATK-53 hundreds of half-finished requests keep nobody from signing in, and leave nothing behind', async () => {
  const foyer = await startFoyer({ poolFile: storyPool() });
  const hosted = hostedAt(foyer);
  const path = new URL(hosted).pathname;
  const halves = [
    '',
    `GET ${path}/login HTTP/1.1\r\nhost: x\r\nx-slow: `,
    `POST ${path}/login HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 500\r\n\r\nusername=`,
    `POST ${path}/oauth2/token HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 500\r\n\r\ngrant_type=`,
    'POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-amz-json-1.1\r\nx-amz-target: AWSCognitoIdentityProviderService.SignUp\r\ncontent-length: 500\r\n\r\n{',
  ];
  const sockets = await Promise.all(
    Array.from({ length: 300 }, async (_, index) => {
      const socket = await dial(foyer.url);
      socket.on('error', () => {});
      socket.write(halves[index % halves.length] ?? '');
      return socket;
    }),
  );
  const { status } = await redeem(hosted, await signUpAndConfirm(foyer, 'mia@example.com'));
  assert.equal(status, 200);

  const gone = sockets.filter((socket) => !socket.closed).map((socket) => once(socket, 'close'));
  for (const socket of sockets) socket.destroy();
  await Promise.all(gone);
  assert.equal((await fetch(`${foyer.url}/health/ready`)).status, 200);
  assert.deepEqual(
    foyer.log().filter((line) => /"level":"(error|fatal)"/.test(line)),
    [],
  );
  assert.equal(await foyer.stop(), 0, 'nothing is left that a stop would wait for');
});
