/** What docs/openid.md shows of devices, token exchange and registration: its settings and its commands, as they stand. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter, dirname } from 'node:path';
import { test } from 'node:test';
import { decodeJwt } from 'jose';
import * as openid from 'openid-client';
import { parse } from 'yaml';
import { documentBlock } from './document-block.ts';
import { openHttpSession } from './http-session.ts';
import { readTools } from './services.ts';
import { type Foyer, startFoyer } from './start.ts';

const DOCUMENT = 'docs/openid.md';
const CALLBACK = 'https://app.example.com/callback';
const MARIA = { username: 'maria@example.com', password: 'Welcome1' };

interface Entry {
  id: string;
  settings?: object;
}

const demo = () => {
  const { pools } = parse(readFileSync(new URL('../demo/openid.yaml', import.meta.url), 'utf8'));
  return pools[0] as { id: string; clients: Entry[] };
};

const settingsShown = (holding: string) =>
  parse(documentBlock(DOCUMENT, 'yaml', holding)) as { clients: Entry[]; resourceServers?: object[] };

/** The demo's pool with what a block of settings says in place of its own. */
const startWith = (change: object) => startFoyer({ poolFile: { pools: [{ ...demo(), ...change }] } });

/** Runs the commands of a block one after the other, which take what they name from the answers before. */
function run(foyer: Foyer, holding: string, given: Record<string, string>): Record<string, string>[] {
  const block = documentBlock(DOCUMENT, 'sh', holding);
  assert.match(block, /^POOL=http:\/\/localhost:9400\/openid$/m);
  const known: Record<string, string> = { ...given, POOL: `${foyer.url}/openid` };
  const PATH = [dirname(readTools().curl), process.env.PATH].join(delimiter);
  const commands = block
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => line.startsWith('curl'));
  return commands.map((command) => {
    const said = execFileSync('/bin/sh', ['-c', `set -u; ${command}`], {
      env: { PATH, ...known },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const answer = JSON.parse(said) as Record<string, string>;
    if (answer['device_code']) known['DEVICE_CODE'] = answer['device_code'];
    if (answer['access_token']) known['TOKEN'] = answer['access_token'];
    return answer;
  });
}

test('OID-268 the commands for a device get it a code, and tell it to wait', async () => {
  const foyer = await startWith({});
  const [begun, waits] = run(foyer, 'device_authorization', {});
  assert.match(begun?.['user_code'] ?? '', /^[A-Z]{4}-[A-Z]{4}$/);
  assert.equal(begun?.['verification_uri'], `${foyer.url}/openid/device`);
  assert.equal(waits?.['error'], 'authorization_pending');
});

test('OID-268 the settings and commands for registration register a client', async () => {
  const { clients, resourceServers } = settingsShown('foyer.registration/create');
  const foyer = await startWith({ clients, resourceServers });
  const [, registered] = run(foyer, 'oauth2/register', {});
  assert.equal(registered?.['client_name'], 'Reader', JSON.stringify(registered));
  assert.ok(registered?.['client_secret'] && registered['registration_client_uri']);
});

/** Somebody signs in to a client without a secret; gives the access token. */
async function signIn(foyer: Foyer, client: string, scope: string): Promise<string> {
  const config = await openid.discovery(
    new URL(`${foyer.url}/${demo().id}`),
    client,
    undefined,
    openid.None(),
    { execute: [openid.allowInsecureRequests] },
  );
  const pkceCodeVerifier = openid.randomPKCECodeVerifier();
  const to = openid.buildAuthorizationUrl(config, {
    redirect_uri: CALLBACK,
    scope,
    code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
  });
  const browser = openHttpSession();
  const page = await browser.follow(await browser.get(to.href), foyer.url);
  const back = await browser.follow(await browser.submit(page, MARIA), foyer.url);
  const url = new URL(back.location ?? '');
  return (await openid.authorizationCodeGrant(config, url, { pkceCodeVerifier })).access_token;
}

test('OID-268 the settings and the command for token exchange get a service a token for the next one', async () => {
  const Scopes = [{ ScopeName: 'see', ScopeDescription: 'See the stock' }];
  const stock = { Identifier: 'https://stock.example.com/', Name: 'Stock', Scopes };
  const settings = {
    ClientName: 'Shown',
    SupportedIdentityProviders: ['COGNITO'],
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ['code'],
    AllowedOAuthScopes: ['openid', `${stock.Identifier}/see`],
    CallbackURLs: [CALLBACK],
  };
  const shown = settingsShown('token_exchange_audiences').clients;
  const clients = shown.map((client) => ({ settings, ...client }));
  const [web, service] = clients;
  const foyer = await startWith({ clients, resourceServers: [stock] });
  const TOKEN = await signIn(foyer, web?.id ?? '', settings.AllowedOAuthScopes.join(' '));
  const [answer] = run(foyer, 'subject_token', { TOKEN });
  const { aud, client_id } = decodeJwt(answer?.['access_token'] ?? '');
  assert.deepEqual([aud, client_id], [stock.Identifier, service?.id]);
});
