/**
 * Metadata of SAML identity providers, as administrators give it and as it changes where it is published: what the
 * administrator is told, and who gets in. The clocks of both sides are turned.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { after, beforeEach, test } from 'node:test';
import {
  DescribeIdentityProviderCommand,
  InvalidParameterException,
  ListIdentityProvidersCommand,
  UpdateIdentityProviderCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { openVendor, type Reply } from '#federation/testing/local-vendor.ts';
import { readRequest } from '#federation/testing/saml-identity-provider.ts';
import { type Keys, makeKeys } from '#federation/testing/saml-signature.ts';
import { inStory, openSamlStage, toldNo } from './federation-saml-stage.ts';
import { openHttpSession } from './http-session.ts';
import { logged } from './logged.ts';
import { authorizeUrl, callbackOf } from './person.ts';

const HOUR = 3_600_000;
const { foyer, sdk, hosted, enable, corp, create, later, now, toProvider, post, arrive, count } =
  await openSamlStage();
const next = makeKeys();
let published: Reply = {};
const vendor = await openVendor(() => ({
  '/metadata': () => published,
  '/elsewhere': () => ({ status: 302, headers: { location: '/metadata' } }),
  '/loop': () => ({ status: 302, headers: { location: '/loop' } }),
  '/inside': () => ({ status: 302, headers: { location: 'https://169.254.169.254/latest/meta-data' } }),
}));
after(() => vendor.close());
const MetadataURL = `${vendor.base}/metadata`;
const signedBy = (...keys: Keys[]) => ({
  body: corp.metadata({ certificates: keys.map(({ certificate }) => certificate) }),
});
const ends = (inMs: number) => ` validUntil="${new Date(now() + inMs).toISOString()}"`;

/** Saves the provider anew, so that what is published now is known. Signed calls are made by the clock of the tests. */
async function begin(attributes = ''): Promise<void> {
  published = { body: corp.metadata({ attributes }) };
  await describeAnew({ MetadataURL });
  vendor.seen.length = 0;
}
const describeAnew = async (ProviderDetails: Record<string, string>) =>
  (
    await sdk.send(
      new UpdateIdentityProviderCommand({ ...inStory, ProviderName: 'ByAddress', ProviderDetails }),
    )
  ).IdentityProvider?.ProviderDetails ?? {};

let turned = 0;
async function turn(ms: number): Promise<void> {
  turned += ms;
  await later(ms);
}
beforeEach(() => turn(-turned));

published = signedBy(corp.keys);
await create('ByAddress', { MetadataURL });
await enable('COGNITO', 'Corp', 'Rival', 'ByAddress');

const through = (provider: string, keys = corp.keys) => arrive('maria', { signing: { keys } }, { provider });
const letsIn = async (keys?: Keys, provider = 'ByAddress') => {
  const page = await through(provider, keys);
  assert.ok(callbackOf(page).get('code'), page.location);
};
const keepsOut = async (keys?: Keys, provider = 'ByAddress') => toldNo(await through(provider, keys));
const asked = () => vendor.seen.length;

async function refusedAs(details: Record<string, string>, message: RegExp): Promise<void> {
  await assert.rejects(create('Wrong', details), (error) => {
    assert.ok(error instanceof InvalidParameterException, String(error));
    assert.match(error.message, message);
    assert.ok(error.message.length < 400, 'no document is repeated');
    return true;
  });
}

test('FED-64 FED-65 FED-75 a document that no provider can be made of is refused with the reason', async () => {
  const whole = corp.metadata();
  await refusedAs({}, /must have either MetadataFile or MetadataURL/);
  await refusedAs({ MetadataFile: whole, MetadataURL }, /must have either MetadataFile or MetadataURL/);
  const doctype = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><!--';
  const documents: [string, RegExp][] = [
    ['entityID=https://corp.example.com', /not XML that can be read/],
    ['<html><body>Sign in</body></html>', /describes no entity/],
    [whole.replace('</md:EntityDescriptor>', ''), /not XML that can be read/],
    [whole.replace('<!--', '<!DOCTYPE x><!--'), /has a document type/],
    [whole.replace('<!--', doctype).replace('corp.example.com', '&e;'), /has a document type/],
    [whole.replaceAll('SingleSignOnService', 'ArtifactResolutionService'), /no SingleSignOnService/],
    [whole.replace(/<md:KeyDescriptor.*<\/md:KeyDescriptor>/s, ''), /no certificate/],
    [corp.metadata({ certificates: [makeKeys(1024).certificate] }), /2048 bits/],
    [corp.metadata({ attributes: ends(-HOUR) }), /has expired/],
    [corp.metadata({ signOn: 'javascript:alert(1)' }), /cannot be used/],
  ];
  for (const [MetadataFile, message] of documents) await refusedAs({ MetadataFile }, message);
  const { Providers } = await sdk.send(new ListIdentityProvidersCommand(inStory));
  assert.ok(!Providers?.some(({ ProviderName }) => ProviderName === 'Wrong'));
});

test('FED-66 an address that gives no metadata is refused with the reason, whatever it gives instead', async () => {
  const own = makeKeys();
  const cert = `-----BEGIN CERTIFICATE-----\n${own.certificate}\n-----END CERTIFICATE-----\n`;
  const untrusted = createServer({ key: own.privateKey, cert }, (_, response) =>
    response.end(corp.metadata()),
  ).listen(0, '127.0.0.1');
  after(() => untrusted.close());
  await once(untrusted, 'listening');
  const refusedAt = (url: string, why: RegExp) =>
    refusedAs(
      { MetadataURL: url },
      new RegExp(`^Error retrieving metadata from ${RegExp.escape(url)}: .*${why.source}`),
    );
  await refusedAt(`https://127.0.0.1:${(untrusted.address() as AddressInfo).port}/`, /certificate/);
  await refusedAt('http://127.0.0.1:1/metadata', /cannot be called/);
  await refusedAt('https://idp.invalid/metadata', /cannot be called/);
  await refusedAt(`${vendor.base}/nothing`, /answered 404/);
  await refusedAt(`${vendor.base}/loop`, /redirects again and again/);
  await refusedAt(`${vendor.base}/inside`, /private address/);
  const replies: [Reply, RegExp][] = [
    [{ status: 500, body: corp.metadata() }, /answered 500/],
    [{ body: '<h1>Under maintenance</h1>' }, /describes no entity/],
    [{ json: {} }, /not XML/],
    [{ bytes: 100 * 1024 * 1024 }, /more than 1048576 bytes/],
    [{ body: corp.metadata({ attributes: ends(-HOUR) }) }, /has expired/],
    [{ cut: true }, /cannot be called/],
  ];
  for (const [reply, why] of replies) {
    published = reply;
    await refusedAt(MetadataURL, why);
  }
  published = signedBy(corp.keys);
  await create('Redirected', { MetadataURL: `${vendor.base}/elsewhere` });
});

test('FED-62 FED-63 FED-72 a document takes the place of another, as file or by its address', async () => {
  await begin();
  await letsIn();
  const MetadataFile = signedBy(next).body;
  const byFile = await describeAnew({ MetadataFile });
  assert.deepEqual([byFile['MetadataURL'], byFile['MetadataFile']], [undefined, MetadataFile.trim()]);
  await letsIn(next);
  assert.match(await keepsOut(), /signature is invalid/);
  const back = await describeAnew({ MetadataURL });
  assert.deepEqual([back['MetadataURL'], back['MetadataFile']], [MetadataURL, undefined]);
  await letsIn();
  await keepsOut(next);
  const { IdentityProvider } = await sdk.send(
    new DescribeIdentityProviderCommand({ ...inStory, ProviderName: 'ByAddress' }),
  );
  assert.deepEqual(IdentityProvider?.ProviderDetails, back);
});

test('FED-67 FED-71 what is published is read again after six hours, and both keys count while both are there', async () => {
  await begin();
  await letsIn();
  published = signedBy(corp.keys, next);
  await turn(6 * HOUR - 60_000);
  await keepsOut(next);
  assert.equal(asked(), 0);
  await turn(60_000);
  await letsIn(next);
  await letsIn(corp.keys);
  assert.equal(asked(), 1);
  published = signedBy(next);
  await turn(6 * HOUR);
  await letsIn(next);
  await keepsOut(corp.keys);
  assert.equal(asked(), 2);
});

test('FED-68 what ends sooner is read again before it ends', async () => {
  for (const attributes of [ends(2 * HOUR), ' cacheDuration="PT1H30M"']) {
    await begin(attributes);
    published = signedBy(next);
    await turn(HOUR);
    await letsIn();
    assert.equal(asked(), 0);
    await turn(HOUR - 60_000);
    await letsIn(next);
    assert.equal(asked(), 1);
    await turn(-turned);
  }
});

test('FED-70 while nothing better is published the last good copy serves, until it ends', async () => {
  await begin(ends(48 * HOUR));
  const before = await count();
  for (const reply of [{ status: 500 }, { body: '<h1>Oops</h1>' }, { bytes: 100 * 1024 * 1024 }]) {
    published = reply;
    await turn(7 * HOUR);
    await letsIn();
  }
  assert.equal(asked(), 3);
  await turn(28 * HOUR);
  // Nobody is sent to a provider of which nothing is known any more: the application hears it at once.
  const session = openHttpSession();
  const start = await session.get(authorizeUrl(hosted, { identity_provider: 'ByAddress' }));
  const left = await session.get(start.location ?? assert.fail());
  toldNo(await session.follow(left, hosted), 'invalid_request');
  const request = left.headers.get('x-request-id') ?? 'none';
  const line = await logged(foyer, request, 'a sign-in through a provider was refused');
  assert.match(line, /"reason":"provider-invalid-answer"/);
  await turn(-turned);
  assert.equal(await count(), before);
});

test('FED-69 an uploaded file is never read again, nor used after its end', async () => {
  const attributes = `${ends(24 * HOUR)} cacheDuration="PT1S"`;
  await create('ByFile', { MetadataFile: corp.metadata({ attributes }) });
  await enable('COGNITO', 'ByFile', 'ByAddress');
  vendor.seen.length = 0;
  await turn(24 * HOUR - 60_000);
  await letsIn(corp.keys, 'ByFile');
  assert.equal(asked(), 0);
  // It ends while somebody is on their way: what they bring back is not believed any more.
  const session = openHttpSession();
  const form = corp.answer('maria', readRequest(await toProvider(session, 'ByFile')));
  await turn(2 * 60_000);
  toldNo(await post(session, form));
});
