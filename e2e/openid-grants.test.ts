/** Registration, devices and token exchange as openid-client does them, with two processes on the same stores. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  AdminUserGlobalSignOutCommand,
  CognitoIdentityProviderClient,
  ListUserPoolClientsCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { decodeJwt } from 'jose';
import * as openid from 'openid-client';
import { openHttpSession, type Page } from './http-session.ts';
import { hostedAt, PASSWORD, poolFileUser } from './person.ts';
import { type Foyer, startFoyer } from './start.ts';
import { STORY, storyPool } from './story-pool.ts';

const REGISTRAR = 'storyregistrar000000000001';
const ORDERS = 'storyordersservice00000001';
const STOCK = 'https://stock.example.com/';
const BACK = 'https://reader.example.com/callback';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';

let foyer: Foyer;
let second: Foyer;
let sdk: CognitoIdentityProviderClient;
before(async () => {
  foyer = await startFoyer({ poolFile: poolFile() });
  second = await startFoyer({ beside: foyer, env: { FOYER_PUBLIC_URL: foyer.url } });
  sdk = new CognitoIdentityProviderClient({
    region: 'us-east-1',
    endpoint: second.url,
    credentials: { accessKeyId: foyer.accessKeyId, secretAccessKey: foyer.secretAccessKey },
  });
});
after(() => sdk.destroy());

function poolFile() {
  const scopes = (...names: string[]) =>
    names.map((ScopeName) => ({ ScopeName, ScopeDescription: ScopeName }));
  const file = storyPool({
    users: [poolFileUser('mina'), poolFileUser('jan')],
    resourceServers: [
      { Identifier: 'orders', Name: 'Orders', Scopes: scopes('read') },
      { Identifier: STOCK, Name: 'Stock', Scopes: scopes('see', 'count') },
      { Identifier: 'foyer.registration', Name: 'Registration', Scopes: scopes('create') },
    ],
  });
  const [pool] = file.pools;
  Object.assign(pool?.settings ?? {}, {
    UserPoolTags: {
      'foyer:profile': 'openid',
      'foyer:oauth-features': 'device token-exchange registration',
    },
  });
  const machine = (id: string, AllowedOAuthScopes: string[], OpenId = {}) => ({
    id,
    secret: STORY.webSecret,
    settings: {
      ClientName: id,
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ['client_credentials'],
      AllowedOAuthScopes,
    },
    OpenId,
  });
  const clients: object[] = pool?.clients ?? [];
  const web = pool?.clients.find(({ id }) => id === STORY.webClient);
  Object.assign(web ?? {}, { OpenId: { token_exchange_audiences: [ORDERS] } });
  web?.settings.AllowedOAuthScopes?.push(`${STOCK}/see`, `${STOCK}/count`);
  clients.push(machine(REGISTRAR, ['foyer.registration/create']));
  clients.push(machine(ORDERS, ['orders/read'], { token_exchange_audiences: [STOCK] }));
  return file;
}

const insecure = { execute: [openid.allowInsecureRequests] };
const issuerOf = (process: Foyer) => new URL(`${process.url}/${STORY.poolId}`);
const discover = (id: string) => openid.discovery(issuerOf(foyer), id, STORY.webSecret, undefined, insecure);

/** Fills in the sign-in page that the browser was led to, and goes on to where that leads. */
async function signInAt(session: ReturnType<typeof openHttpSession>, page: Page): Promise<Page> {
  const username = 'mina@example.com';
  return session.follow(await session.submit(page, { username, password: PASSWORD }), hostedAt(foyer));
}

test('OID-180 OID-183 OID-186 OID-188 an application registers at one process, signs somebody in, and is gone when it says so', async () => {
  const registrar = await discover(REGISTRAR);
  const { access_token: initialAccessToken } = await openid.clientCredentialsGrant(registrar);
  const application = await openid.dynamicClientRegistration(
    issuerOf(foyer),
    { client_name: 'Reader', redirect_uris: [BACK], token_endpoint_auth_method: 'client_secret_post' },
    undefined,
    { initialAccessToken, ...insecure },
  );
  const { client_id, registration_access_token, registration_client_uri } = application.clientMetadata();
  const listed = async () => {
    const asked = new ListUserPoolClientsCommand({ UserPoolId: STORY.poolId, MaxResults: 60 });
    const { UserPoolClients = [] } = await sdk.send(asked);
    return UserPoolClients.find(({ ClientId }) => ClientId === client_id)?.ClientName;
  };
  assert.equal(await listed(), 'Reader');

  const session = openHttpSession();
  const verifier = openid.randomPKCECodeVerifier();
  const url = openid.buildAuthorizationUrl(application, {
    redirect_uri: BACK,
    scope: 'openid email',
    code_challenge: await openid.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  });
  const asked = await signInAt(session, await session.follow(await session.get(url.href), hostedAt(foyer)));
  assert.match(asked.body, /Reader/);
  const allowed = await session.follow(await session.submit(asked, { answer: 'allow' }), hostedAt(foyer));
  const tokens = await openid.authorizationCodeGrant(application, new URL(allowed.location ?? ''), {
    pkceCodeVerifier: verifier,
  });
  assert.equal(tokens.claims()?.aud, client_id);

  const uri = String(registration_client_uri).replace(foyer.url, second.url);
  const headers = { authorization: `Bearer ${registration_access_token}` };
  const read = await fetch(uri, { headers });
  assert.equal(((await read.json()) as { client_name: string }).client_name, 'Reader');
  assert.equal((await fetch(uri, { method: 'DELETE', headers })).status, 204);
  assert.equal(await listed(), undefined);
  await assert.rejects(openid.fetchUserInfo(application, tokens.access_token, openid.skipSubjectCheck));
});

test('OID-150 OID-154 OID-157 a command line signs somebody in through their browser, whichever process it asks', async () => {
  const config = await discover(STORY.webClient);
  const device = await openid.initiateDeviceAuthorization(config, { scope: 'openid email' });
  const poll = (process: Foyer) =>
    fetch(`${hostedAt(process)}/oauth2/token`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${STORY.webClient}:${STORY.webSecret}`).toString('base64')}`,
      },
      body: new URLSearchParams({
        grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
        device_code: device.device_code,
      }),
    });
  const session = openHttpSession();
  const entered = await session.submit(await session.get(device.verification_uri_complete ?? ''), {});
  const asked = await signInAt(session, await session.follow(entered, hostedAt(foyer)));
  assert.ok(asked.body.includes(device.user_code), asked.body);
  const done = await session.follow(await session.submit(asked, { answer: 'allow' }), hostedAt(foyer));
  assert.match(done.url, /\/deviceDone$/);
  const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => poll(i % 2 ? foyer : second)));
  assert.equal(answers.filter(({ status }) => status === 200).length, 1);
  const won = answers.find(({ status }) => status === 200);
  assert.ok(won);
  const { id_token } = (await won.json()) as { id_token: string };
  assert.equal(decodeJwt(id_token).aud, STORY.webClient);
});

test('OID-170 OID-171 OID-172 OID-176 a service exchanges the token of its caller until the person is signed out everywhere', async () => {
  const web = await discover(STORY.webClient);
  const verifier = openid.randomPKCECodeVerifier();
  const session = openHttpSession();
  const url = openid.buildAuthorizationUrl(web, {
    redirect_uri: STORY.callback,
    scope: `openid ${STOCK}/see`,
    code_challenge: await openid.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  });
  const back = await signInAt(session, await session.follow(await session.get(url.href), hostedAt(foyer)));
  const tokens = await openid.authorizationCodeGrant(web, new URL(back.location ?? ''), {
    pkceCodeVerifier: verifier,
  });
  const orders = await discover(ORDERS);
  const exchange = () =>
    openid.genericGrantRequest(orders, 'urn:ietf:params:oauth:grant-type:token-exchange', {
      subject_token: tokens.access_token,
      subject_token_type: ACCESS_TOKEN,
      audience: STOCK,
    });
  const now = await exchange();
  const { aud, client_id, scope, sub } = decodeJwt<{ client_id: string; scope: string }>(now.access_token);
  assert.deepEqual([aud, client_id, scope], [STOCK, ORDERS, `${STOCK}/see`]);
  assert.equal(sub, tokens.claims()?.sub);
  await sdk.send(
    new AdminUserGlobalSignOutCommand({ UserPoolId: STORY.poolId, Username: 'mina@example.com' }),
  );
  await assert.rejects(exchange(), { error: 'invalid_request' });
});
