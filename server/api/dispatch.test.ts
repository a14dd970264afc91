/** The protocol over real HTTP. Rules of operations are proven beside them. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  CognitoIdentityProviderServiceException,
  CreateUserPoolCommand,
  DescribeUserPoolCommand,
  ListUserPoolsCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { Unavailable } from '#adapters/errors.ts';
import { USER_POOLS } from './model/models.ts';
import type { Service } from './operation.ts';
import { ACCESS_KEY, openTestService, type TestService } from './testing/open-service.ts';
import { type ServedApi, serveApi } from './testing/serve-api.ts';
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

interface Captured {
  body: string;
  headers: Record<string, string>;
}

/** What the SDK would send, signed, without sending it. */
async function signed(command: ListUserPoolsCommand | CreateUserPoolCommand): Promise<Captured> {
  let captured: Captured | undefined;
  const client = http.client({
    requestHandler: {
      handle: async (request: Captured) => {
        captured = { body: String(request.body), headers: request.headers };
        throw new Error('captured');
      },
    },
  });
  await client.send(command as ListUserPoolsCommand).catch(() => undefined);
  assert.ok(captured);
  const { host: _, 'content-length': __, ...headers } = captured.headers;
  return { body: captured.body, headers };
}

const target = (operation: string) => `AWSCognitoIdentityProviderService.${operation}`;
const send = ({ headers, body }: Captured, more: Record<string, string> = {}) =>
  fetch(http.url, { method: 'POST', body, headers: { ...headers, ...more } });

async function fault(response: Response, status: number, type: string, message: RegExp = /./) {
  const body = (await response.json()) as Record<string, string>;
  assert.equal(response.status, status, JSON.stringify(body));
  assert.deepEqual(Object.keys(body).toSorted(), ['__type', 'message']);
  assert.equal(body['__type'], type);
  assert.match(body['message'] ?? '', message);
  assert.equal(response.headers.get('x-amzn-errortype'), type);
  assert.match(response.headers.get('content-type') ?? '', /^application\/x-amz-json-1\.1$/);
  assert.match(response.headers.get('x-amzn-requestid') ?? '', /^[0-9a-f-]{36}$/);
}

test('the SDK is served, and a pool goes to the region that it signs for', async () => {
  const client = http.client({ region: 'us-west-2' });
  const { UserPool, $metadata } = await client.send(new CreateUserPoolCommand({ PoolName: 'Acme' }));
  assert.match(UserPool?.Id ?? '', /^us-west-2_[0-9A-Za-z]{9}$/);
  assert.equal(UserPool?.CreationDate?.getTime(), api.clock.at);
  assert.match($metadata.requestId ?? '', /^[0-9a-f-]{36}$/);
});

test('USR-255 a success is 200 in JSON 1.1 with a request id, a refusal 400 with __type and message', async () => {
  const answer = await send(await signed(new ListUserPoolsCommand({ MaxResults: 1 })));
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('content-type'), 'application/x-amz-json-1.1');
  assert.match(answer.headers.get('x-amzn-requestid') ?? '', /^[0-9a-f-]{36}$/);
  assert.equal(answer.headers.get('cache-control'), 'no-store');
  const refused = await send(await signed(new ListUserPoolsCommand({ MaxResults: 99 })));
  await fault(refused, 400, 'InvalidParameterException', /'maxResults'/);
  await assert.rejects(http.client().send(new DescribeUserPoolCommand({ UserPoolId: 'eu-central-1_None' })), {
    name: 'ResourceNotFoundException',
    message: 'User pool eu-central-1_None does not exist.',
  });
});

test('dates are epoch seconds with a fraction', async () => {
  api.clock.at += 345;
  const answer = await send(await signed(new CreateUserPoolCommand({ PoolName: 'Dates' })));
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

test('USR-255 a fault of ours is 500 and tells the request id only; a store that is away is 503', async () => {
  const call = new ListUserPoolsCommand({ MaxResults: 1 });
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
    await http.post('CreateGroup', '{}'),
    400,
    'UnknownOperationException',
    /^CreateGroup is not supported by Foyer yet\.$/,
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
  const sdk = await signed(new ListUserPoolsCommand({ MaxResults: 1 }));
  await fault(await send(sdk, { 'content-type': 'text/plain' }), 415, 'UnsupportedMediaTypeException');
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

/** A body of any form, signed by the SDK's own signer through a middleware that puts it in place. */
async function resigned(body: string | Uint8Array): Promise<Response> {
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
  await client.send(new ListUserPoolsCommand({ MaxResults: 1 })).catch(() => undefined);
  return answered ?? assert.fail('nothing was sent');
}

test('what is signed cannot be changed on its way', async () => {
  const sdk = await signed(new ListUserPoolsCommand({ MaxResults: 1 }));
  await fault(
    await send({ ...sdk, body: '{"MaxResults":2}' }),
    400,
    'InvalidSignatureException',
    /does not match/,
  );
  await fault(
    await send(sdk, { 'x-amz-target': target('AddCustomAttributes') }),
    400,
    'InvalidSignatureException',
  );
  await fault(await send(sdk, { 'x-amz-added': 'x' }), 400, 'InvalidSignatureException');
  const { authorization: _, ...unsigned } = sdk.headers;
  await fault(await send({ ...sdk, headers: unsigned }), 400, 'MissingAuthenticationTokenException');
  await fault(await send(sdk, { authorization: 'Bearer x' }), 400, 'IncompleteSignatureException');
});

test('a captured call is worth nothing after five minutes, nor at another host', async () => {
  const sdk = await signed(new ListUserPoolsCommand({ MaxResults: 1 }));
  assert.equal((await send(sdk)).status, 200);
  const other = await serveApi(api.service);
  const elsewhere = await fetch(other.url, { method: 'POST', body: sdk.body, headers: sdk.headers });
  await fault(elsewhere, 400, 'InvalidSignatureException', /does not match/);
  await other.close();
  api.clock.at += 5 * 60_000 + 1000;
  await fault(await send(sdk), 400, 'InvalidSignatureException', /^Signature expired/);
});

test('keys that nobody knows, and wrong secrets, are refused by name', async () => {
  const call = new ListUserPoolsCommand({ MaxResults: 1 });
  const wrong = { accessKeyId: ACCESS_KEY, secretAccessKey: 'not the secret of this key' };
  await assert.rejects(http.client({ credentials: wrong }).send(call), { name: 'InvalidSignatureException' });
  const unknown = { accessKeyId: 'AKIDOFSOMEBODYELSE01', secretAccessKey: 'x' };
  await assert.rejects(http.client({ credentials: unknown }).send(call), {
    name: 'UnrecognizedClientException',
  });
  const temporary = { ...wrong, sessionToken: 'x' };
  await assert.rejects(http.client({ credentials: temporary }).send(call), {
    name: 'UnrecognizedClientException',
  });
});

test('browsers of any origin may call, and read the headers that they need', async () => {
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
