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
import type { BrowserContext, Page } from 'playwright-core';
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
  await add('CorpByAddress', { MetadataURL: corp.metadataUrl, IDPSignout: 'true' });
  await add('CorpByFile', { MetadataFile: await corp.metadata() });
  await add('CorpInSecret', { MetadataURL: corp.metadataUrl, EncryptedResponses: 'true' });
  await at.enable('COGNITO', 'CorpByAddress', 'CorpByFile', 'CorpInSecret');
  await knowEachOther({ encrypts: false });
});

async function knowEachOther({ encrypts }: { encrypts: boolean }) {
  const { Certificate = '' } = await at.sdk.send(
    new GetSigningCertificateCommand({ UserPoolId: STORY.poolId }),
  );
  corp.trust({
    entityId: `urn:amazon:cognito:sp:${STORY.poolId}`,
    callbackUrl: `${at.hosted}/saml2/idpresponse`,
    logoutUrl: `${at.hosted}/saml2/logout`,
    certificate: Certificate,
    encrypts,
  });
}

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

/** A person's browser, in which they have signed in nowhere yet. */
const openPerson = async (): Promise<BrowserContext> => (await openBrowser()).newContext();

/** The address below this one that a new page goes to in the end; nobody is there, which does not matter. */
async function reaches(person: BrowserContext, prefix: string, act: (page: Page) => Promise<unknown>) {
  const page = await person.newPage();
  const [request] = await Promise.all([
    page.waitForRequest((asked) => asked.url().startsWith(prefix)),
    act(page).catch((error) => assert.match(String(error), /ERR_NAME_NOT_RESOLVED|chrome-error/)),
  ]);
  await page.close();
  return new URL(request.url()).searchParams;
}

/** From the application to the application; types nothing where the provider knows the person already. */
async function signIn(person: BrowserContext, provider: string, who?: string): Promise<JWTPayload> {
  const answer = await reaches(person, STORY.callback, async (page) => {
    await page.goto(authorizeUrl(at.hosted, { identity_provider: provider }));
    if (who) await typeIn(page, who, PASSWORD);
  });
  assert.equal(answer.get('state'), 'a state');
  const { body } = await redeem(at.hosted, answer.get('code') ?? '');
  return decodeJwt(body['id_token'] ?? '');
}

async function typeIn(page: Page, who: string, password: string): Promise<void> {
  await page.fill('input[name=username]', who);
  await page.fill('input[name=password]', password);
  await page.press('input[name=password]', 'Enter');
}

const signOut = (person: BrowserContext) =>
  reaches(person, BYE, (page) =>
    page.goto(
      `${at.hosted}/logout?${new URLSearchParams({ client_id: STORY.publicClient, logout_uri: BYE })}`,
    ),
  );

test('FED-62 FED-63 FED-76 FED-121 FED-122 FED-124 people sign in through it, each as who they are', async () => {
  const maria = await signIn(await openPerson(), 'CorpByAddress', 'maria');
  assert.equal(maria['cognito:username'], 'CorpByAddress_maria');
  assert.equal(maria['email'], 'maria@corp.example');
  assert.equal(maria['profile'], '[staff,day+%26+night]');
  const [identity] = maria['identities'] as Record<string, string>[];
  assert.equal(identity?.['userId'], 'maria');
  assert.equal(identity?.['providerType'], 'SAML');
  assert.equal(identity?.['issuer'], corp.metadataUrl);
  const otto = await signIn(await openPerson(), 'CorpByFile', 'otto');
  assert.equal(otto['cognito:username'], 'CorpByFile_otto');
  const again = await signIn(await openPerson(), 'CorpByAddress', 'maria');
  assert.equal(again['sub'], maria['sub']);
});

test('FED-92 FED-93 FED-94 FED-95 signing out here signs out there, and comes back', async () => {
  const person = await openPerson();
  await signIn(person, 'CorpByAddress', 'otto');
  await signOut(person);
  const page = await person.newPage();
  await page.goto(authorizeUrl(at.hosted, { identity_provider: 'CorpByAddress' }));
  assert.ok(page.url().startsWith(corp.url), `nobody is known there any more, at ${page.url()}`);
  assert.ok(await page.isVisible('input[name=password]'));
});

test('FED-97 where it is not to be asked, its own session goes on', async () => {
  const person = await openPerson();
  const otto = await signIn(person, 'CorpByFile', 'otto');
  await signOut(person);
  const again = await signIn(person, 'CorpByFile');
  assert.equal(again['sub'], otto['sub']);
});

test('it may encrypt what it says', async () => {
  await knowEachOther({ encrypts: true });
  const maria = await signIn(await openPerson(), 'CorpInSecret', 'maria');
  assert.equal(maria['cognito:username'], 'CorpInSecret_maria');
  await knowEachOther({ encrypts: false });
});

test('a person whom it does not let in is still there, and can try again', async () => {
  const answer = await reaches(await openPerson(), STORY.callback, async (page) => {
    await page.goto(authorizeUrl(at.hosted, { identity_provider: 'CorpByFile' }));
    await typeIn(page, 'maria', 'wrong');
    await page.getByText('Incorrect username or password').first().waitFor();
    await typeIn(page, 'maria', PASSWORD);
  });
  assert.ok(answer.get('code'));
});
