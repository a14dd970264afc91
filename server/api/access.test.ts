/** Attacks on signed calls over real HTTP, on what the SDK signed. The signature itself is proven beside it. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ACCESS_KEY, openTestService, type TestService } from './testing/open-service.ts';
import { type ServedApi, serveApi } from './testing/serve-api.ts';
import { fault, listPools, send, signedCall, target } from './testing/signed-call.ts';

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

test('what is signed cannot be changed on its way', async () => {
  const sdk = await signedCall(http, listPools());
  await fault(
    await send(http, { ...sdk, body: '{"MaxResults":2}' }),
    400,
    'InvalidSignatureException',
    /does not match/,
  );
  await fault(
    await send(http, sdk, { 'x-amz-target': target('AddCustomAttributes') }),
    400,
    'InvalidSignatureException',
  );
  await fault(await send(http, sdk, { 'x-amz-added': 'x' }), 400, 'InvalidSignatureException');
  const { authorization: _, ...unsigned } = sdk.headers;
  await fault(await send(http, { ...sdk, headers: unsigned }), 400, 'MissingAuthenticationTokenException');
  await fault(await send(http, sdk, { authorization: 'Bearer x' }), 400, 'IncompleteSignatureException');
});

test('a captured call is worth nothing after five minutes, nor at another host', async () => {
  const sdk = await signedCall(http, listPools());
  assert.equal((await send(http, sdk)).status, 200);
  const other = await serveApi(api.service);
  const elsewhere = await fetch(other.url, { method: 'POST', body: sdk.body, headers: sdk.headers });
  await fault(elsewhere, 400, 'InvalidSignatureException', /does not match/);
  await other.close();
  api.clock.at += 5 * 60_000 + 1000;
  await fault(await send(http, sdk), 400, 'InvalidSignatureException', /^Signature expired/);
});

test('keys that nobody knows, and wrong secrets, are refused by name', async () => {
  const call = listPools();
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
