/**
 * Every operation of the list with input that it should refuse: made from the service's own model, so that an operation
 * that lands is walked as it is. Who may call is told in `api-bad-callers.test.ts`, what operations do with right input
 * in the other `api-*` files.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultsOf, MARK, pastLimits, wrongTypes } from './bad-input/faults.ts';
import { fittingInput } from './bad-input/fitting.ts';
import {
  each,
  foyer,
  inputOf,
  keys,
  logIsClean,
  MINE,
  operations,
  refused,
  send,
  state,
  THEIRS,
  tokensOf,
  withMember,
} from './bad-input/stage.ts';
import { callApi } from './signed-call.ts';

const before = await state();

test('a value of another JSON type, at any place of any input, is a fault of serialization', async () => {
  for (const operation of operations) {
    const walked = await each(faultsOf(operation.name, wrongTypes, MINE), async ({ value, path, what }) =>
      refused(
        operation,
        await send(operation, value as object),
        `${path}: ${what}`,
        'SerializationException',
      ),
    );
    assert.ok(walked > 0, operation.name);
  }
  assert.deepEqual(await state(), before);
});

test('OPS-128 a value one past any limit, at any place of any input, is told in the words of the service', async () => {
  for (const operation of operations) {
    await each(faultsOf(operation.name, pastLimits, MINE), async ({ value, path, what }) => {
      const answer = await send(operation, value as object);
      refused(operation, answer, `${path}: ${what}`, 'InvalidParameterException');
      assert.match(answer.message, /^\d+ validation errors? detected: Value/, `${path}: ${what}`);
      // Simple items of a list are told with the whole list.
      const places = [path, path.replace(/\.[^.]+\.member$/, '')];
      assert.ok(
        places.some((place) => answer.message.includes(` at '${place}' failed to satisfy constraint: M`)),
        `${operation.name}, ${path}: ${what}: ${answer.message}`,
      );
    });
  }
  assert.deepEqual(await state(), before);
});

test('what an operation requires is asked for, in an empty body too, and what nobody knows is not looked at', async () => {
  for (const operation of operations) {
    const { required = [] } = inputOf(operation);
    const answers = [
      await send(operation, '{}'),
      await send(operation, ''),
      await send(operation, { Unknown: MARK, __proto__: { UserPoolId: MARK }, constructor: { name: MARK } }),
    ];
    for (const answer of answers) {
      refused(operation, answer, 'an empty body');
      for (const name of required) {
        const label = name.charAt(0).toLowerCase() + name.slice(1);
        assert.match(
          answer.message,
          new RegExp(`Value null at '${label}' failed to satisfy constraint: Member must not be null`),
        );
      }
    }
    for (const name of required) {
      const input = { ...fittingInput(operation.name, MINE), [name]: null };
      refused(operation, await send(operation, input), `no ${name}`, 'InvalidParameterException');
    }
  }
  assert.deepEqual(await state(), before);
});

test('a body that is no JSON object, or is larger than 1 MB, reaches no operation', async () => {
  const bodies = ['{"UserPoolId":', '[]', 'null', '"x"', '1', `{"${MARK}"}`, '\u0000', '[['.repeat(50_000)];
  for (const operation of operations) {
    for (const body of bodies)
      refused(operation, await send(operation, body), body.slice(0, 20), 'SerializationException');
    const huge = await callApi(foyer.url, operation.name, `{"Unknown":"${MARK.repeat(90_000)}"}`);
    assert.deepEqual([huge.status, huge.type], [413, 'RequestEntityTooLargeException'], operation.name);
    const text = await callApi(foyer.url, operation.name, '{}', {
      headers: { 'content-type': 'text/plain' },
    });
    assert.deepEqual([text.status, text.type], [415, 'UnsupportedMediaTypeException'], operation.name);
  }
  assert.deepEqual(await state(), before);
});

test('a pool that is not there, or is in another region, is not found by any operation', async () => {
  const named = withMember('UserPoolId').filter((operation) =>
    inputOf(operation).required?.includes('UserPoolId'),
  );
  assert.ok(named.length > 20);
  for (const operation of named) {
    for (const UserPoolId of ['us-east-1_Nowhere00', 'eu-west-1_StoryPool1']) {
      const input = fittingInput(operation.name, { ...MINE, UserPoolId });
      refused(operation, await send(operation, input), UserPoolId, 'ResourceNotFoundException');
    }
    if (operation.access === 'signed')
      refused(
        operation,
        await send(operation, fittingInput(operation.name, MINE), { region: 'eu-west-1' }),
        'signed for another region',
        'ResourceNotFoundException',
      );
  }
  assert.deepEqual(await state(), before);
});

test('what belongs to another pool is not there for a call that names this one', async () => {
  const { UserPoolId: _, ...foreign } = THEIRS;
  let walked = 0;
  for (const [name, value] of Object.entries(foreign))
    for (const operation of withMember(name)) {
      // What is made may be called as something in another pool is.
      if (!inputOf(operation).required?.includes('UserPoolId') || /Create/.test(operation.name)) continue;
      const input = { ...fittingInput(operation.name, { ...MINE, [name]: value }), [name]: value };
      refused(operation, await send(operation, input), `the other pool's ${name}`);
      walked += 1;
    }
  assert.ok(walked > 10);
  assert.deepEqual(await state(), before);
});

test('the token of a page is good for its own list: not another pool’s, another operation’s, nor made up', async () => {
  const lists = operations.flatMap((operation) =>
    ['NextToken', 'PaginationToken']
      .filter((name) => inputOf(operation).members?.[name])
      .map((name) => ({ operation, name })),
  );
  assert.ok(lists.length >= 15);
  const { access_token: AccessToken } = await tokensOf(MINE.Username);
  const first = await callApi(foyer.url, 'ListUserPools', { MaxResults: 1 }, { keys });
  const clients = { UserPoolId: MINE.UserPoolId, MaxResults: 1 };
  const second = await callApi(foyer.url, 'ListUserPoolClients', clients, { keys });
  const [ofPools, ofClients] = [first.body.NextToken as string, second.body.NextToken as string];
  assert.ok(ofPools && ofClients);
  const others = (operation: string) => [
    'x',
    'v1.AAAA',
    ...(operation === 'ListUserPools' ? [] : [ofPools]),
    ...(operation === 'ListUserPoolClients' ? [] : [ofClients]),
  ];
  for (const { operation, name } of lists) {
    const input = fittingInput(operation.name, { ...MINE, AccessToken, GroupName: 'editors' });
    for (const token of others(operation.name))
      refused(operation, await send(operation, { ...input, [name]: token }), name);
  }
  const theirClients = { UserPoolId: THEIRS.UserPoolId, NextToken: ofClients };
  const { type } = await callApi(foyer.url, 'ListUserPoolClients', theirClients, { keys });
  assert.equal(type, 'InvalidParameterException');
  assert.deepEqual(await state(), before);
});

test('no fault of ours, and nothing secret, is in the log after all this', logIsClean);
