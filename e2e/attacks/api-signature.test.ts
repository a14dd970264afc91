/** Signed calls that say one thing to whoever checks the signature and another to whoever acts on it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callApi, signCall } from '../signed-call.ts';
import { startFoyer } from '../start.ts';
import { STORY, storyPool } from '../story-pool.ts';
import { sendRaw } from './raw-request.ts';

const foyer = await startFoyer({ poolFile: storyPool({ users: [{ username: 'mia@example.com' }] }) });
const keys = { accessKeyId: foyer.accessKeyId, secretAccessKey: foyer.secretAccessKey };
const target = (operation: string) => `AWSCognitoIdentityProviderService.${operation}`;
const READ = JSON.stringify({ UserPoolId: STORY.poolId, Username: 'mia@example.com' });
const { host } = new URL(foyer.url);

type Headers = [name: string, value: string][];
/** What a program with good keys signs for a harmless call. */
const signed = async (more: Record<string, string> = {}, body = READ): Promise<Headers> =>
  Object.entries(
    await signCall(
      foyer.url,
      body,
      { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target('AdminGetUser'), ...more },
      { keys },
    ),
  );
/** Sends what nobody's client would let through. */
async function raw(headers: Headers, body = READ, first = 'POST / HTTP/1.1', to = host): Promise<string> {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const length = headers.some(([name]) => name === 'transfer-encoding')
    ? ''
    : `content-length: ${Buffer.byteLength(body)}\r\n`;
  const answer = await sendRaw(
    foyer.url,
    `${first}\r\nhost: ${to}\r\nconnection: close\r\n${length}${lines}\r\n${body}`,
  );
  const type = answer.headers.find(([name]) => name === 'x-amzn-errortype')?.[1] ?? '';
  return `${answer.status} ${type.replace(/:$/, '')}`.trim();
}
const person = async () => {
  const answer = await callApi(foyer.url, 'AdminGetUser', JSON.parse(READ), { keys });
  return answer.body;
};
const before = await person();
assert.equal(before.Enabled, true);

test('ATK-52 a call as it was signed is done, so that what follows is refused for what it changes', async () => {
  assert.equal(await raw(await signed()), '200');
});

test('ATK-52 a second target, in whatever order and spelling, is not the one that was signed', async () => {
  const good = await signed();
  const evil: [string, string] = ['x-amz-target', target('AdminDisableUser')];
  for (const headers of [
    [...good, evil],
    [evil, ...good],
    [...good, ['X-AMZ-TARGET', evil[1]]] as Headers,
    good.map(([name, value]): [string, string] =>
      name === 'x-amz-target' ? [name, `${value}, ${evil[1]}`] : [name, value],
    ),
  ])
    assert.match(await raw(headers), /^400 (InvalidSignature|UnknownOperation)Exception$/);
  assert.deepEqual(await person(), before);
});

test('ATK-52 a body that is not the one that was signed is not acted on, however its hash is told', async () => {
  const evil = JSON.stringify({ UserPoolId: STORY.poolId, Username: 'eve@example.com' });
  const hashes: Record<string, string>[] = [
    {},
    { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
    { 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' },
  ];
  for (const hash of hashes)
    assert.match(
      await raw(await signed(hash), evil),
      /^400 InvalidSignatureException$/,
      JSON.stringify(hash),
    );
  for (const body of [`${READ} `, ` ${READ}`, READ.replace('{', '{"Username":"eve@example.com",'), ''])
    assert.equal(await raw(await signed(), body), '400 InvalidSignatureException', body);
});

test('ATK-52 another address, method or query is another call', async () => {
  const good = await signed();
  for (const first of ['POST /?x=1 HTTP/1.1', 'POST /?X-Amz-Target=x HTTP/1.1'])
    assert.equal(await raw(good, READ, first), '400 InvalidSignatureException', first);
  for (const first of [
    'PUT / HTTP/1.1',
    'GET / HTTP/1.1',
    'POST // HTTP/1.1',
    `POST /${STORY.poolId} HTTP/1.1`,
  ])
    assert.match(await raw(good, READ, first), /^4\d\d/, first);
  for (const to of ['evil.test', `${host}.evil.test`, 'localhost'])
    assert.match(await raw(good, READ, 'POST / HTTP/1.1', to), /^4\d\d/, to);
  const forwarded: Headers = [...good, ['x-forwarded-host', host]];
  assert.match(await raw(forwarded, READ, 'POST / HTTP/1.1', 'evil.test'), /^4\d\d/);
  assert.deepEqual(await person(), before);
});

test('ATK-52 a signature in the query, half of one, or of another service, proves nothing', async () => {
  const plain: Headers = [
    ['content-type', 'application/x-amz-json-1.1'],
    ['x-amz-target', target('AdminDisableUser')],
  ];
  const good = new Map(await signed());
  const authorization = good.get('authorization') ?? '';
  const query = new URLSearchParams({
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': /Credential=([^,]*)/.exec(authorization)?.[1] ?? '',
    'X-Amz-Date': good.get('x-amz-date') ?? '',
    'X-Amz-SignedHeaders': 'host',
    'X-Amz-Signature': /Signature=(\w*)/.exec(authorization)?.[1] ?? '',
  });
  assert.equal(await raw(plain, READ, `POST /?${query} HTTP/1.1`), '400 MissingAuthenticationTokenException');
  const date: [string, string] = ['x-amz-date', good.get('x-amz-date') ?? ''];
  const halves = [
    authorization.replace(/, Signature=\w*/, ''),
    authorization.replace(/Signature=\w*/, 'Signature='),
    authorization.replace(/SignedHeaders=[^,]*/, 'SignedHeaders='),
    authorization.replace(/SignedHeaders=[^,]*/, 'SignedHeaders=host'),
    authorization.replace('cognito-idp', 'cognito-identity'),
    authorization.replace('aws4_request', 'aws4'),
    `${authorization}, ${authorization}`,
  ];
  for (const half of halves)
    assert.match(
      await raw([...plain, date, ['authorization', half]]),
      /^400 (Incomplete|Invalid)SignatureException$/,
      half,
    );
  assert.deepEqual(await person(), before);
});
