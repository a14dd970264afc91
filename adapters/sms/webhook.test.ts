import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { Undeliverable } from '../errors.ts';
import { smsContract } from './contract.ts';
import type { Sms } from './sender.ts';
import { openSmsWebhook } from './webhook.ts';

interface Received {
  headers: IncomingHttpHeaders;
  body: string;
}

const accept = (response: ServerResponse) => void response.writeHead(204).end();

/** A gateway of one's own: what it got, and what it answers. */
async function startGateway(answer: (response: ServerResponse, count: number) => void = accept) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part) => {
      body += part;
    });
    request.on('end', () => answer(response, received.push({ headers: request.headers, body })));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/sms`,
    received,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const SECRET = 'a-secret-of-the-gateway-0123456789';
const sms: Sms = { to: '+12065550100', text: 'Your code is 123456.', kind: 'verification-code', pool: 'a_1' };

async function stage(t: TestContext, answer?: Parameters<typeof startGateway>[0], more: object = {}) {
  const gateway = await startGateway(answer);
  t.after(gateway.close);
  const sender = openSmsWebhook({ url: gateway.url, secret: SECRET, pausesMs: [0, 0], ...more });
  return { gateway, sender };
}

smsContract('webhook', async () => {
  const gateway = await startGateway();
  const sender = openSmsWebhook({ url: gateway.url, secret: SECRET });
  return {
    sender,
    arrived: async () => gateway.received.map(({ body }) => JSON.parse(body).data),
    close: async () => {
      await sender.close();
      await gateway.close();
    },
  };
});

test('the body says who sends what, and is signed with its id and its time', async (t) => {
  const { gateway, sender } = await stage(t);
  const configuration = { SnsCallerArn: 'arn:aws:iam::000000000000:role/sms', ExternalId: 'x' };
  await sender.send({ ...sms, configuration });
  const [{ headers, body } = { headers: {}, body: '' }] = gateway.received;
  assert.deepEqual(JSON.parse(body), { type: 'sms', data: { ...sms, configuration } });
  const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signature } = headers;
  const digest = createHmac('sha256', SECRET).update(`${id}.${time}.${body}`).digest('base64');
  assert.equal(signature, `v1,${digest}`);
  assert.ok(Math.abs(Number(time) - Date.now() / 1000) < 60);
});

test('a secret in the form of Standard Webhooks is the bytes that it encodes', async (t) => {
  const key = Buffer.from('0123456789abcdef0123456789abcdef');
  const { gateway, sender } = await stage(t, accept, { secret: `whsec_${key.toString('base64')}` });
  await sender.send(sms);
  const [{ headers, body } = { headers: {}, body: '' }] = gateway.received;
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const digest = createHmac('sha256', key).update(signed).digest('base64');
  assert.equal(headers['webhook-signature'], `v1,${digest}`);
});

test('a gateway that is busy is asked again with the same id, at most three times', async (t) => {
  const busyOnce = (response: ServerResponse, count: number) =>
    void response.writeHead(count === 1 ? 503 : 200).end();
  const { gateway, sender } = await stage(t, busyOnce);
  await sender.send(sms);
  assert.equal(gateway.received.length, 2);
  assert.equal(new Set(gateway.received.map(({ headers }) => headers['webhook-id'])).size, 1);

  const always = await stage(t, (response) => void response.writeHead(429).end());
  await assert.rejects(always.sender.send(sms), Undeliverable);
  assert.equal(always.gateway.received.length, 3);
});

test('a gateway that refuses is not asked again', async (t) => {
  const { gateway, sender } = await stage(t, (response) => void response.writeHead(422).end('+12065550100'));
  await assert.rejects(sender.send(sms), { name: 'Undeliverable', message: /answered 422$/ });
  assert.equal(gateway.received.length, 1);
});

test('no redirect is followed: a code goes to the configured address or nowhere', async (t) => {
  const elsewhere = await startGateway();
  t.after(elsewhere.close);
  for (const status of [301, 302, 303, 307, 308]) {
    const { sender } = await stage(
      t,
      (response) => void response.writeHead(status, { location: elsewhere.url }).end(),
    );
    await assert.rejects(sender.send(sms), Undeliverable);
  }
  assert.equal(elsewhere.received.length, 0);
});

test('a gateway that says nothing, or is not there, is given up; no error names what was sent', async (t) => {
  const { sender } = await stage(t, () => undefined, { patienceMs: 50 });
  await assert.rejects(sender.send(sms), Undeliverable);
  const gone = await startGateway();
  await gone.close();
  const secret = { url: gone.url.replace('http://', 'http://name:password@'), secret: SECRET, pausesMs: [0] };
  await assert.rejects(openSmsWebhook(secret).send(sms), (error: Error) => {
    assert.ok(error instanceof Undeliverable);
    assert.match(error.message, /ECONNREFUSED/);
    assert.doesNotMatch(`${error.stack}${error.cause}`, /password|123456|0100/);
    return true;
  });
});

test('a name and password of the address travel as a header', async (t) => {
  const gateway = await startGateway();
  t.after(gateway.close);
  const url = gateway.url.replace('http://', 'http://name:p%40ss@');
  await openSmsWebhook({ url, secret: SECRET }).send(sms);
  const given = gateway.received[0]?.headers.authorization;
  assert.equal(given, `Basic ${Buffer.from('name:p@ss').toString('base64')}`);
});

test('closing waits for what is under way', async (t) => {
  let release: () => void = () => undefined;
  const asked = Promise.withResolvers<void>();
  const { sender } = await stage(t, (response) => {
    release = () => accept(response);
    asked.resolve();
  });
  const order: string[] = [];
  const sending = sender.send(sms).then(() => order.push('sent'));
  await asked.promise;
  const closing = sender.close().then(() => order.push('closed'));
  release();
  await Promise.all([sending, closing]);
  assert.deepEqual(order, ['sent', 'closed']);
});
