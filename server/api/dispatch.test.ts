/** The protocol over real HTTP. Rules of operations are proven beside them. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  CognitoIdentityProviderServiceException,
  DescribeUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { Unavailable } from '#adapters/errors.ts';
import { USER_POOLS } from './model/models.ts';
import type { Service } from './operation.ts';
import { openTestService, type TestService } from './testing/open-service.ts';
import { type ServedApi, serveApi } from './testing/serve-api.ts';
import { createPool, fault, listPools, send, signedCall, target } from './testing/signed-call.ts';
import { userPoolOperations } from './user-pools/index.ts';

let api: TestService;
let http: ServedApi;
before(async () => {
  api = await openTestService();
  http = await serveApi(api.service);
});
after(async () => {
  await http.close();
  await api.stores.close();
});

test('the SDK is served, and a pool goes to the region that it signs for', async () => {
  const client = http.client({ region: 'us-west-2' });
  const { UserPool, $metadata } = await client.send(createPool('Acme'));
  assert.match(UserPool?.Id ?? '', /^us-west-2_[0-9A-Za-z]{9}$/);
  assert.equal(UserPool?.CreationDate?.getTime(), api.clock.at);
  assert.match($metadata.requestId ?? '', /^[0-9a-f-]{36}$/);
});

test('SEC-02 USR-255 a success is 200 in JSON 1.1 with a request id, a refusal 400 with __type and message', async () => {
  const answer = await send(http, await signedCall(http, listPools()));
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('content-type'), 'application/x-amz-json-1.1');
  assert.match(answer.headers.get('x-amzn-requestid') ?? '', /^[0-9a-f-]{36}$/);
  assert.equal(answer.headers.get('cache-control'), 'no-store');
  const refused = await send(http, await signedCall(http, listPools(99)));
  await fault(refused, 400, 'InvalidParameterException', /'maxResults'/);
  await assert.rejects(http.client().send(new DescribeUserPoolCommand({ UserPoolId: 'eu-central-1_None' })), {
    name: 'ResourceNotFoundException',
    message: 'User pool eu-central-1_None does not exist.',
  });
});

test('dates are epoch seconds with a fraction', async () => {
  api.clock.at += 345;
  const answer = await send(http, await signedCall(http, createPool('Dates')));
  const { UserPool } = (await answer.json()) as { UserPool: { CreationDate: number } };
  assert.equal(UserPool.CreationDate, api.clock.at / 1000);
});

/** The service with one store method that fails. */
async function failing(error: Error): Promise<ServedApi> {
  const directory = new Proxy(api.service.directory, {
    get: (stores, key) =>
      key === 'listPools' ? () => Promise.reject(error) : Reflect.get(stores, key).bind(stores),
  });
  const service: Service = { ...api.service, directory };
  return serveApi(service);
}

test('SEC-03 USR-255 a fault of ours is 500 and tells the request id only; a store that is away is 503', async () => {
  const call = listPools();
  const broken = await failing(new Error('password=hunter2'));
  await assert.rejects(broken.client().send(call), (error) => {
    assert.ok(error instanceof CognitoIdentityProviderServiceException);
    assert.deepEqual([error.name, error.$metadata.httpStatusCode], ['InternalErrorException', 500]);
    assert.ok(error.message.includes(error.$metadata.requestId ?? 'none'));
    assert.ok(!error.message.includes('hunter2'));
    return true;
  });
  await broken.close();

  const away = await failing(new Unavailable('directory'));
  await assert.rejects(away.client().send(call), {
    name: 'ServiceUnavailableException',
    $retryable: undefined,
  });
  // The SDK tries again by itself, as it does with the service.
  await away.close();
});

test('an operation that is not built, or is none, is answered 400 at once', async () => {
  await fault(
    await http.post('SetLogDeliveryConfiguration', '{}'),
    400,
    'UnknownOperationException',
    /^SetLogDeliveryConfiguration is not supported by Foyer yet\.$/,
  );
  await fault(
    await http.post('AWSCognitoIdentityService.GetId', '{}'),
    400,
    'UnknownOperationException',
    /^GetId is not supported/,
  );
  for (const name of ['Nothing', '__proto__', 'constructor', '', 'ListUserPools.x', 'toString'])
    await fault(
      await http.post(target(name), '{}'),
      400,
      'UnknownOperationException',
      /^The operation is not known\.$/,
    );
  await fault(await http.post('Other.ListUserPools', '{}'), 400, 'UnknownOperationException');
  await fault(await http.post(undefined, '{}'), 400, 'UnknownOperationException');
});

test('what is no JSON object, no UTF-8, too large or of another type is refused by name', async () => {
  const sdk = await signedCall(http, listPools());
  await fault(await send(http, sdk, { 'content-type': 'text/plain' }), 415, 'UnsupportedMediaTypeException');
  await fault(
    await http.post('ListUserPools', 'x'.repeat(1024 * 1024 + 1)),
    413,
    'RequestEntityTooLargeException',
  );
  for (const [body, type] of [
    ['{"MaxResults":1', 'SerializationException'],
    ['[]', 'SerializationException'],
    ['"x"', 'SerializationException'],
    ['null', 'SerializationException'],
    ['{"MaxResults":1e400}', 'SerializationException'],
    ['{"MaxResults":"1"}', 'SerializationException'],
    ['[['.repeat(200_000), 'SerializationException'],
    [`{"MaxResults":${'['.repeat(200_000)}${']'.repeat(200_000)}}`, 'SerializationException'],
    [Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'SerializationException'],
    ['', 'InvalidParameterException'],
    ['{"__proto__":{"MaxResults":1}}', 'InvalidParameterException'],
  ] as const)
    await fault(await resigned(body), 400, type);
});

test('a message that repeats what was sent ends no line of the headers', async () => {
  const answer = await resigned(
    JSON.stringify({ MaxResults: 1, NextToken: 'a\r\nx-injected: 1 ü\u{1f600}' }),
  );
  assert.equal(answer.headers.get('x-injected'), null);
  assert.match(
    answer.headers.get('x-amzn-errormessage') ?? '',
    /Value 'a\?\?x-injected: 1 \?\?\?' at 'nextToken'/,
  );
  await fault(answer, 400, 'InvalidParameterException', /a\r\nx-injected: 1 ü\u{1f600}/u);
});

/** A body of any form, signed by the SDK's own signer through a middleware that puts it in place. */
async function resigned(body: string | Uint8Array<ArrayBuffer>): Promise<Response> {
  let answered: Response | undefined;
  const client = http.client({
    requestHandler: {
      handle: async (request: { headers: Record<string, string> }) => {
        const { host: _, 'content-length': __, ...headers } = request.headers;
        answered = await fetch(http.url, { method: 'POST', body, headers });
        throw new Error('answered');
      },
    },
  });
  client.middlewareStack.add(
    (next) => (args) => {
      const request = args.request as { body: unknown; headers: Record<string, string> };
      request.body = body;
      // It is signed with the rest, and would be the length of the body that the SDK made.
      delete request.headers['content-length'];
      return next(args);
    },
    { step: 'build', priority: 'low' },
  );
  await client.send(listPools()).catch(() => undefined);
  return answered ?? assert.fail('nothing was sent');
}

test('SEC-06 browsers of any origin may call, and read the headers that they need', async () => {
  const preflight = await fetch(http.url, {
    method: 'OPTIONS',
    headers: {
      origin: 'https://app.test',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type,x-amz-target,x-amz-user-agent',
    },
  });
  assert.equal(preflight.status, 204);
  assert.equal(preflight.headers.get('access-control-allow-origin'), '*');
  assert.equal(preflight.headers.get('access-control-allow-credentials'), null);
  assert.match(preflight.headers.get('access-control-allow-methods') ?? '', /POST/);
  for (const header of [
    'authorization',
    'content-type',
    'x-amz-target',
    'x-amz-user-agent',
    'cache-control',
    'x-amz-date',
    'amz-sdk-request',
  ])
    assert.match(
      preflight.headers.get('access-control-allow-headers') ?? '',
      new RegExp(`(^|,)${header}(,|$)`),
    );
  const answer = await http.post('ListUserPools', '{}', { origin: 'https://app.test' });
  assert.equal(answer.headers.get('access-control-allow-origin'), '*');
  assert.match(
    answer.headers.get('access-control-expose-headers') ?? '',
    /x-amzn-requestid.*x-amzn-errortype/,
  );
});

test('every operation of the list is one of the model, needs what the model says, and has its file', () => {
  const names = userPoolOperations.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  for (const { name, access } of userPoolOperations) {
    const modelled = USER_POOLS.operations[name];
    assert.ok(modelled, name);
    assert.equal(access === 'signed', modelled.auth !== 'none', name);
  }
});
