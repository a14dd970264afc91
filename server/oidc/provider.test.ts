import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { authorizePath, form, refresh, tokensFor } from './testing/requests.ts';
import { LOGOUT, openStage } from './testing/stage.ts';

test('the library prints nothing, at no request', async () => {
  const calls: unknown[] = [];
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const)
    mock.method(console, method, (...args: unknown[]) => calls.push(args));
  const warnings: Error[] = [];
  const onWarning = (warning: Error) => warnings.push(warning);
  process.on('warning', onWarning);

  const stage = await openStage();
  const client = await stage.client();
  const { username } = await stage.account();
  const { refresh_token } = await tokensFor(stage, client, username);
  await refresh(stage, client, refresh_token);
  await refresh(stage, client, 'nonsense');
  const browser = stage.browser();
  await browser.signIn(authorizePath(client, { response_type: 'token' }), username);
  await browser.visit(authorizePath(client, { prompt: 'none', max_age: '1' }));
  await browser.visit('/oauth2/authorize?client_id=nobody');
  await browser.visit(`/logout?${form({ client_id: client.id, logout_uri: LOGOUT })}`);
  await stage.close();

  process.off('warning', onWarning);
  mock.restoreAll();
  assert.deepEqual(calls, []);
  assert.deepEqual(
    warnings.filter(({ message }) => !/SQLite/.test(message)),
    [],
  );
});
