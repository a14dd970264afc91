/**
 * SimpleSAMLphp judges us as a SAML service provider, in a real browser: it takes our signed requests to sign in and to
 * sign out, and what it answers signs people in and out here.
 */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import {
  CreateIdentityProviderCommand,
  GetSigningCertificateCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { decodeJwt, type JWTPayload } from 'jose';
import type { Page } from 'playwright-core';
import { openBrowser } from '../browser.ts';
import { openFederation } from '../federation-stage.ts';
import { authorizeUrl, PASSWORD, redeem } from '../person.ts';
import { type SimpleSaml, startSimpleSaml } from '../simplesamlphp.ts';
import { type Foyer, startFoyer } from '../start.ts';
import { STORY, storyPool } from '../story-pool.ts';

const BYE = 'https://app.example.com/bye';
let foyer: Foyer;
let at: Awaited<ReturnType<typeof openFederation>>;
let corp: SimpleSaml;
before(async () => {
  foyer = await startFoyer({ poolFile: storyPool() });
  at = await openFederation(foyer);
  corp = await startSimpleSaml();
  const { Certificate = '' } = await at.sdk.send(
    new GetSigningCertificateCommand({ UserPoolId: STORY.poolId }),
  );
  corp.trust({
    entityId: `urn:amazon:cognito:sp:${STORY.poolId}`,
    callbackUrl: `${at.hosted}/saml2/idpresponse`,
    logoutUrl: `${at.hosted}/saml2/logout`,
    certificate: Certificate,
  });
  await add('CorpByAddress', { MetadataURL: corp.metadataUrl, IDPSignout: 'true' });
  await add('CorpByFile', { MetadataFile: await corp.metadata() });
  await at.enable('COGNITO', 'CorpByAddress', 'CorpByFile');
});

const add = (ProviderName: string, ProviderDetails: Record<string, string>) =>
  at.sdk.send(
    new CreateIdentityProviderCommand({
      UserPoolId: STORY.poolId,
      ProviderName,
      ProviderType: 'SAML',
      ProviderDetails,
      AttributeMapping: { email: 'mail', profile: 'groups' },
    }),
  );

const openPage = async (): Promise<Page> => (await (await openBrowser()).newContext()).newPage();

/** The address below this one that the browser goes to in the end; nobody is there, which does not matter. */
async function reaches(page: Page, prefix: string, act: () => Promise<unknown>): Promise<URL> {
  const [request] = await Promise.all([
    page.waitForRequest((asked) => asked.url().startsWith(prefix)),
    act().catch((error) => assert.match(String(error), /ERR_NAME_NOT_RESOLVED/)),
  ]);
  return new URL(request.url());
}

/** From the application to the application; types nothing where the provider knows the person already. */
async function signIn(page: Page, provider: string, who?: string): Promise<JWTPayload> {
  const { searchParams } = await reaches(page, STORY.callback, async () => {
    await page.goto(authorizeUrl(at.hosted, { identity_provider: provider }));
    if (!who) return;
    await page.fill('input[name=username]', who);
    await page.fill('input[name=password]', PASSWORD);
    await page.press('input[name=password]', 'Enter');
  });
  assert.equal(searchParams.get('state'), 'a state');
  const { body } = await redeem(at.hosted, searchParams.get('code') ?? '');
  return decodeJwt(body['id_token'] ?? '');
}

const signOut = (page: Page) =>
  reaches(page, BYE, () =>
    page.goto(
      `${at.hosted}/logout?${new URLSearchParams({ client_id: STORY.publicClient, logout_uri: BYE })}`,
    ),
  );

test('FED-62 FED-63 FED-76 FED-121 FED-122 FED-124 people sign in through it, each as who they are', async () => {
  const page = await openPage();
  const maria = await signIn(page, 'CorpByAddress', 'maria');
  assert.equal(maria['cognito:username'], 'CorpByAddress_maria');
  assert.equal(maria['email'], 'maria@corp.example');
  assert.equal(maria['profile'], '[staff,day+%26+night]');
  const [identity] = maria['identities'] as Record<string, string>[];
  assert.equal(identity?.['userId'], 'maria');
  assert.equal(identity?.['providerType'], 'SAML');
  assert.equal(identity?.['issuer'], corp.metadataUrl);
  const otto = await signIn(await openPage(), 'CorpByFile', 'otto');
  assert.equal(otto['cognito:username'], 'CorpByFile_otto');
  const again = await signIn(await openPage(), 'CorpByAddress', 'maria');
  assert.equal(again['sub'], maria['sub']);
});

test('FED-92 FED-93 FED-94 FED-95 signing out here signs out there, and comes back', async () => {
  const page = await openPage();
  await signIn(page, 'CorpByAddress', 'otto');
  await signOut(page);
  const next = await page.context().newPage();
  await next.goto(authorizeUrl(at.hosted, { identity_provider: 'CorpByAddress' }));
  assert.ok(next.url().startsWith(corp.url), `nobody is known there any more, at ${next.url()}`);
  assert.ok(await next.isVisible('input[name=password]'));
});

test('FED-97 where it is not to be asked, its own session goes on', async () => {
  const page = await openPage();
  const otto = await signIn(page, 'CorpByFile', 'otto');
  await signOut(page);
  const again = await signIn(await page.context().newPage(), 'CorpByFile');
  assert.equal(again['sub'], otto['sub']);
});

test('a person whom it does not let in is still there, and can try again', async () => {
  const page = await openPage();
  await page.goto(authorizeUrl(at.hosted, { identity_provider: 'CorpByFile' }));
  await page.fill('input[name=username]', 'maria');
  await page.fill('input[name=password]', 'wrong');
  await page.press('input[name=password]', 'Enter');
  await page.waitForSelector('input[name=password]');
  assert.ok(page.url().startsWith(corp.url));
});
