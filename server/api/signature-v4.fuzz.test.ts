import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SignatureV4 } from '@smithy/signature-v4';
import { anyText, fc, textOf } from '#adapters/testing/fuzz.ts';
import { ProtocolFault } from './errors.ts';
import { type SignedRequest, verifySignature } from './signature-v4.ts';
import { Sha256 } from './testing/sha256.ts';

interface Call {
  body: string;
  host: string;
  /** Headers that are signed besides those that always are. */
  headers: Record<string, string>;
  query: Record<string, string>;
  accessKey: string;
  secret: string;
  region: string;
  /** Milliseconds since the epoch. */
  at: number;
}
interface Signed extends SignedRequest {
  headers: Record<string, string>;
}

const printable = fc.string({ minLength: 1, maxLength: 12 }).filter((text) => text.trim() === text);
const calls: fc.Arbitrary<Call> = fc.record({
  body: anyText().map((text) => text.toWellFormed()),
  host: fc.constantFrom('localhost:9400', 'id.example.com', '[::1]:9400'),
  headers: fc.dictionary(
    fc.constantFrom('content-type', 'x-amz-target', 'x-amz-meta-a', 'x-other'),
    printable,
  ),
  query: fc.dictionary(
    fc.constantFrom('a', 'a1', 'a-b', 'A', 'ä', 'a b', '~'),
    anyText(4).map((text) => text.toWellFormed()),
    { maxKeys: 3 },
  ),
  accessKey: fc.stringMatching(/^[A-Z0-9]{16,20}$/),
  secret: fc.stringMatching(/^[A-Za-z0-9/+=]{20,40}$/),
  region: fc.constantFrom('us-east-1', 'eu-central-1', 'local'),
  at: fc
    .integer({ min: Date.parse('2020-01-01T00:00:00Z'), max: Date.parse('2099-12-31T23:59:59Z') })
    .map((ms) => ms - (ms % 1000)),
});

/** What the SDK would send. */
async function sign({ body, host, headers, query, accessKey, secret, region, at }: Call): Promise<Signed> {
  const signer = new SignatureV4({
    service: 'cognito-idp',
    region,
    credentials: { accessKeyId: accessKey, secretAccessKey: secret },
    sha256: Sha256,
  });
  const request = {
    method: 'POST',
    protocol: 'http:',
    hostname: host,
    path: '/',
    query,
    headers: { ...headers, host },
    body,
  };
  const signed = await signer.sign(request, { signingDate: new Date(at) });
  const sent = Object.entries(signed.headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  const pairs = Object.entries(query).map((pair) => pair.map(encodeURIComponent).join('='));
  return {
    method: 'POST',
    url: pairs.length ? `/?${pairs.join('&')}` : '/',
    hosts: [host],
    body: Buffer.from(body),
    headers: Object.fromEntries(sent),
  };
}

const verify = (
  request: SignedRequest,
  { accessKey, secret, at }: Pick<Call, 'accessKey' | 'secret' | 'at'>,
) => verifySignature(request, 'cognito-idp', (key) => (key === accessKey ? secret : undefined), at);

function refused(request: SignedRequest, call: Call, what = ''): void {
  assert.throws(() => verify(request, call), ProtocolFault, what);
}

test('what the SDK signs is accepted, and tells key and region', async () => {
  await fc.assert(
    fc.asyncProperty(calls, async (call) => {
      const { accessKey, region } = call;
      assert.deepEqual(verify(await sign(call), call), { accessKey, region });
    }),
  );
});

/** One change each to what was signed; undefined where there is nothing to change. */
const changes: Record<string, (request: Signed, salt: string) => SignedRequest | undefined> = {
  method: (request, salt) => ({ ...request, method: `POST${salt}` }),
  path: (request, salt) => ({ ...request, url: request.url.replace('/', `/${salt}`) }),
  'a parameter more': (request, salt) => ({
    ...request,
    url: `${request.url}${request.url.includes('?') ? '&' : '?'}${salt}=`,
  }),
  'no parameters': (request) => (request.url === '/' ? undefined : { ...request, url: '/' }),
  host: (request, salt) => ({ ...request, hosts: request.hosts.map((host) => host + salt) }),
  'a longer body': (request, salt) => ({
    ...request,
    body: Buffer.concat([request.body, Buffer.from(salt)]),
  }),
  'a shorter body': (request) =>
    request.body.length ? { ...request, body: request.body.subarray(1) } : undefined,
  'one header': (request, salt) => {
    const names = /SignedHeaders=([^,]*)/.exec(request.headers['authorization'] ?? '')?.[1]?.split(';') ?? [];
    const [name] = names.filter((one) => one !== 'host').slice(salt.length - 1);
    return name === undefined ? undefined : withHeader(request, name, `${request.headers[name]}${salt}`);
  },
  'an x-amz- header more': (request, salt) => withHeader(request, `x-amz-${salt}`, salt),
  'the date': (request) => {
    const date = request.headers['x-amz-date'] ?? '';
    return withHeader(
      request,
      'x-amz-date',
      date.replace(/.Z$/, (end) => (end === '0Z' ? '1Z' : '0Z')),
    );
  },
  'the region': (request) =>
    withHeader(
      request,
      'authorization',
      request.headers['authorization']?.replace(/(?<=\d{8}\/)[^/]+/, 'xx-west-1'),
    ),
  'the signature': (request) =>
    withHeader(
      request,
      'authorization',
      request.headers['authorization']?.replace(/.$/, (end) => (end === '0' ? '1' : '0')),
    ),
  'the signed headers': (request) =>
    withHeader(request, 'authorization', request.headers['authorization']?.replace(/;x-amz-date/, '')),
};

function withHeader(request: Signed, name: string, value = ''): SignedRequest {
  return { ...request, headers: { ...request.headers, [name]: value } };
}

test('of what was signed nothing can be changed', async () => {
  const salt = fc.stringMatching(/^[a-z]{1,6}$/);
  await fc.assert(
    fc.asyncProperty(calls, salt, async (call, salt) => {
      const request = await sign(call);
      for (const [what, change] of Object.entries(changes)) {
        const changed = change(request, salt);
        if (changed) refused(changed, call, what);
      }
      refused(request, { ...call, secret: `${call.secret}${salt}` });
      refused(request, { ...call, accessKey: `${call.accessKey}${salt}` });
      refused(request, { ...call, at: call.at + 301_000 });
      refused(request, { ...call, at: call.at - 301_000 });
    }),
  );
});

test('whatever stands in the headers, it is a signature or a fault with a name', () => {
  const piece = textOf([
    ...[
      'AWS4-HMAC-SHA256 ',
      'AWS4-HMAC-SHA256',
      'Credential=',
      'SignedHeaders=',
      'Signature=',
      ', ',
      ',',
      '=',
      '/',
      ';',
    ],
    ...[
      'KEY/20261105/us-east-1/cognito-idp/aws4_request',
      '20261105',
      'host;x-amz-date',
      '0'.repeat(64),
      '__proto__',
    ],
  ]);
  const date = textOf([
    '20261105T100000Z',
    '20261305T100000Z',
    '99999999T999999Z',
    'Thu, 05 Nov 2026 10:00:00 GMT',
    '-',
    '1e9',
  ]);
  const text = (pieces: fc.Arbitrary<string>) => fc.option(fc.oneof(pieces, anyText()), { nil: undefined });
  fc.assert(
    fc.property(text(piece), text(date), text(date), anyText(), (authorization, amzDate, date, url) => {
      const headers = { authorization, 'x-amz-date': amzDate, date };
      const request: SignedRequest = {
        method: 'POST',
        url: `/${url}`,
        hosts: ['localhost'],
        body: Buffer.alloc(0),
        headers,
      };
      assert.throws(
        () => verify(request, { accessKey: 'KEY', secret: 'secret', at: Date.parse('2026-11-05T10:00:00Z') }),
        ProtocolFault,
      );
    }),
  );
});

test('parameters are in the order of their names, also where one name begins as another', async () => {
  const [call] = fc.sample(calls, { numRuns: 1, seed: 1 });
  assert.ok(call);
  const named = { ...call, query: { a1: '', a: '', 'a-b': 'x' } };
  assert.ok(verify(await sign(named), named));
});
