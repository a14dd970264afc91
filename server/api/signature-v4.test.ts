/** The signatures here were made by botocore 1.44.5, for a key of the tests and the fifth of November 2026, 10:00. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProtocolFault } from './errors.ts';
import { type SignedRequest, verifySignature } from './signature-v4.ts';
import { ACCESS_KEY, SECRET } from './testing/open-service.ts';

const NOW = Date.parse('2026-11-05T10:00:00Z');
const SIGNATURE = 'f4bdcfff1b219884998515b216a7ce8537fa6409b9a18ca85a237b32829e50f8';
const CREDENTIAL = `${ACCESS_KEY}/20261105/eu-central-1/cognito-idp/aws4_request`;
const authorization = (signedHeaders = 'content-type;host;x-amz-date;x-amz-target', signature = SIGNATURE) =>
  `AWS4-HMAC-SHA256 Credential=${CREDENTIAL}, SignedHeaders=${signedHeaders}, Signature=${signature}`;

const request = (
  more: Partial<Omit<SignedRequest, 'headers'>> & { headers?: Record<string, string | undefined> } = {},
): SignedRequest => ({
  method: 'POST',
  url: '/',
  hosts: ['localhost:9400'],
  body: Buffer.from('{"MaxResults":10}'),
  ...more,
  headers: {
    authorization: authorization(),
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-date': '20261105T100000Z',
    'x-amz-target': 'AWSCognitoIdentityProviderService.ListUserPools',
    'user-agent': 'anything',
    ...more.headers,
  },
});
const keys = new Map([[ACCESS_KEY, SECRET]]);
const verify = (signed: SignedRequest, now = NOW, known = keys) =>
  verifySignature(signed, 'cognito-idp', (key) => known.get(key), now);
const refused = (signed: SignedRequest, type: string, message: RegExp = /./, now = NOW, known = keys) =>
  assert.throws(
    () => verify(signed, now, known),
    (error) => {
      assert.ok(error instanceof ProtocolFault, String(error));
      assert.equal(error.type, type, error.message);
      assert.match(error.message, message);
      assert.ok(!error.message.includes(SECRET) && !/[0-9a-f]{64}/.test(error.message));
      return true;
    },
  );

test('a signature of botocore is accepted, and tells key and region', () => {
  assert.deepEqual(verify(request()), { accessKey: ACCESS_KEY, region: 'eu-central-1' });
});

test('query and white space are brought to one form before they are compared', () => {
  const signedHeaders = 'content-type;host;x-amz-date;x-amz-meta;x-amz-target';
  const signature = 'ae842307d84dbf0c24eb0d42a0b6fee1fa4dc03e56628c79cbbcdcfb60503dbc';
  const headers = { 'x-amz-meta': '  two   words ', authorization: authorization(signedHeaders, signature) };
  assert.ok(verify(request({ url: '/?b=2&a=%20x&a=1', headers })));
  refused(request({ url: '/?b=2&a=%20x&a=2', headers }), 'InvalidSignatureException');
  refused(request({ url: '/', headers }), 'InvalidSignatureException');
});

test('a host that a trusted proxy passed on may be the one that was signed', () => {
  assert.ok(verify(request({ hosts: ['foyer.internal', 'localhost:9400'] })));
});

test('a signature of anything else does not fit', () => {
  const others: [string, SignedRequest][] = [
    ['another body', request({ body: Buffer.from('{"MaxResults":11}') })],
    ['no body', request({ body: Buffer.alloc(0) })],
    ['another host', request({ hosts: ['other.test'] })],
    ['another method', request({ method: 'PUT' })],
    ['another path', request({ url: '/other' })],
    ['a query', request({ url: '/?x=1' })],
    [
      'another target',
      request({ headers: { 'x-amz-target': 'AWSCognitoIdentityProviderService.DeleteUserPool' } }),
    ],
    [
      'a target twice',
      request({ headers: { 'x-amz-target': 'AWSCognitoIdentityProviderService.ListUserPools, x' } }),
    ],
    ['another content type', request({ headers: { 'content-type': 'application/json' } })],
    ['another time', request({ headers: { 'x-amz-date': '20261105T100001Z' } })],
    ['another signature', request({ headers: { authorization: authorization(undefined, 'f'.repeat(64)) } })],
    [
      'another region',
      request({ headers: { authorization: authorization().replace('eu-central-1', 'us-east-1') } }),
    ],
    ['fewer headers', request({ headers: { authorization: authorization('host;x-amz-date;x-amz-target') } })],
  ];
  for (const [what, signed] of others) {
    refused(signed, 'InvalidSignatureException', /^The request signature we calculated does not match/);
    assert.ok(what);
  }
  const wrong = new Map([[ACCESS_KEY, `${SECRET}x`]]);
  refused(request(), 'InvalidSignatureException', /does not match/, NOW, wrong);
});

test('host and every x-amz- header must be signed', () => {
  for (const [left, name] of [
    ['content-type;x-amz-date;x-amz-target', 'host'],
    ['content-type;host;x-amz-date', 'x-amz-target'],
    ['content-type;host;x-amz-target', 'x-amz-date'],
  ] as const)
    refused(
      request({ headers: { authorization: authorization(left) } }),
      'InvalidSignatureException',
      new RegExp(`^'${name}' must be a 'SignedHeader'`),
    );
  refused(
    request({ headers: { 'x-amz-added': 'later' } }),
    'InvalidSignatureException',
    /'x-amz-added' must be/,
  );
});

test('it is good for five minutes in either direction', () => {
  const FIVE = 5 * 60_000;
  assert.ok(verify(request(), NOW + FIVE));
  assert.ok(verify(request(), NOW - FIVE));
  refused(
    request(),
    'InvalidSignatureException',
    /^Signature expired: 20261105T100000Z is now earlier than 20261105T100001Z \(20261105T100501Z - 5 min\.\)$/,
    NOW + FIVE + 1000,
  );
  refused(request(), 'InvalidSignatureException', /^Signature not yet current: /, NOW - FIVE - 1000);
});

test('the day of the scope is the day of the request', () => {
  const headers = { 'x-amz-date': '20261106T000000Z' };
  refused(
    request({ headers }),
    'InvalidSignatureException',
    /^Date in Credential scope/,
    NOW + 14 * 3600_000,
  );
});

test('an unknown key, and any session token, are unknown', () => {
  refused(
    request({ headers: { authorization: authorization().replace(ACCESS_KEY, 'AKIDOFSOMEBODYELSE01') } }),
    'UnrecognizedClientException',
    /^The security token included in the request is invalid\.$/,
  );
  refused(request({ headers: { 'x-amz-security-token': 'token' } }), 'UnrecognizedClientException');
  for (const name of ['__proto__', 'constructor'])
    refused(
      request({ headers: { authorization: authorization().replace(ACCESS_KEY, name) } }),
      'UnrecognizedClientException',
    );
});

test('a signature for another service is told so', () => {
  refused(
    request({ headers: { authorization: authorization().replace('cognito-idp', 'sts') } }),
    'InvalidSignatureException',
    /^Credential should be scoped to correct service: 'cognito-idp'\.$/,
  );
});

test('no signature, and half a signature, have names of their own', () => {
  refused(request({ headers: { authorization: undefined } }), 'MissingAuthenticationTokenException');
  const broken = [
    'Bearer x',
    'AWS4-HMAC-SHA256',
    'AWS4-HMAC-SHA256 ',
    'AWS4-ECDSA-P256-SHA256 Credential=a',
    authorization().replace('Credential', 'Other'),
    authorization().replace('SignedHeaders', 'Other'),
    authorization().replace('Signature=', 'Other='),
    authorization().replace('/aws4_request', ''),
    authorization().replace('/aws4_request', '/aws4_request/more'),
    authorization().replace('20261105', '2026'),
    authorization(undefined, 'short'),
    `${authorization()}, Credential`,
    `${authorization()},`,
    `${authorization()}, =x`,
    authorization().replace(', ', ', Credential, '),
    authorization().replace('Credential=', 'Credential= '),
    authorization(undefined, SIGNATURE.toUpperCase()),
  ];
  for (const value of broken)
    refused(request({ headers: { authorization: value } }), 'IncompleteSignatureException');
  for (const date of [
    '',
    'yesterday',
    '2026-11-05T10:00:00Z',
    '20261305T100000Z',
    '20261105T100000Z, 20261105T100000Z',
  ])
    refused(request({ headers: { 'x-amz-date': date } }), 'IncompleteSignatureException');
  refused(request({ headers: { 'x-amz-date': undefined } }), 'IncompleteSignatureException', /'Date' header/);
});
