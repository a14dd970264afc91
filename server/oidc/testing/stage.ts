/**
 * A pool on stores in memory, its OAuth endpoints on a real port, and a form that stands in for the hosted pages.
 * Time is `Date.now`, which the library reads too; a test moves it with the mock timers of node:test.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import Koa, { type Context } from 'koa';
import type { Account } from '#adapters/accounts/store.ts';
import type { ClientSettings, ResourceServerRecord } from '#adapters/directory/records.ts';
import { openStores } from '#adapters/open.ts';
import type { SessionStore } from '#adapters/sessions/store.ts';
import { openOutgoing } from '#federation/fetch.ts';
import { type AuditEvent, auditRequest } from '../../audit.ts';
import { systemClock } from '../../clock.ts';
import {
  completeClientSettings,
  type GivenClientSettings,
} from '../../configuration/default-client-settings.ts';
import { type GivenNewSettings, newPoolSettings } from '../../configuration/default-pool-settings.ts';
import { CLIENT_SECRET, sealedFor } from '../../configuration/find-client.ts';
import type { Client, Pool, PoolKeys } from '../../pool.ts';
import { openKeys } from '../../pools/keys.ts';
import { openVault } from '../../vault.ts';
import { showKeys, showMetadata } from '../discovery.ts';
import { type Oidc, openOidc } from '../open-oidc.ts';
import { OPENID_PATHS } from '../openid/paths.ts';
import { type Browser, openBrowser } from './browser.ts';
import { devicePage } from './device-pages.ts';
import { pages } from './hosted-pages.ts';
import { recorder } from './recorder.ts';

export const CALLBACK = 'https://app.test/cb';
export const LOGOUT = 'https://app.test/bye';

export interface StageOptions {
  settings?: GivenNewSettings;
  tags?: Record<string, string>;
  resourceServers?: { identifier: string; scopes: ResourceServerRecord['scopes'] }[];
  /** Puts something around the sessions store, such as a delay. */
  sessions?: (store: SessionStore) => SessionStore;
  /** As browsers are told it; the stage itself answers on plain http. */
  base?: string;
  mountPath?: string;
}

type GivenClient = GivenClientSettings & Pick<ClientSettings, 'OpenId'>;

export interface Stage {
  pool: Pool;
  oidc: Oidc;
  /** Of the pool's address, as the stage really answers. */
  base: string;
  /** Of the server. */
  origin: string;
  /** Everything that was logged, as JSON. */
  logged: string[];
  audited: AuditEvent[];
  client(given?: GivenClient, secret?: string): Promise<Client>;
  account(given?: Partial<Account>): Promise<Account>;
  browser(): Browser;
  close(): Promise<void>;
}

/** Made once per process: keys cost a good part of a second. */
let keys: Promise<PoolKeys> | undefined;

export async function openStage(options: StageOptions = {}): Promise<Stage> {
  const stores = await openStores({ dataFolder: ':memory:', clock: systemClock });
  const app = new Koa();
  app.silent = true;
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  const id = `eu-central-1_${randomUUID().replaceAll('-', '').slice(0, 9)}`;
  const mountPath = options.mountPath ?? '/acme';
  const base = options.base ?? `${origin}${mountPath}`;

  const vault = openVault('a master secret of the tests, long enough');
  const directory = stores.directory.forPool(id);
  const { settings } = newPoolSettings(options.settings ?? {});
  await directory.create('pool', id, {
    name: 'test',
    region: 'eu-central-1',
    settings,
    tags: options.tags ?? {},
  });
  keys ??= openKeys({ directory, vault, clock: systemClock, poolId: id });
  const logged: string[] = [];
  const outgoing = openOutgoing({ clock: systemClock, allow: ['127.0.0.0/8', 'localhost'] });
  const sessions = stores.sessions.forPool(id);
  const pool = {
    id,
    issuer: `${origin}/${id}`,
    hostedUrl: base,
    settings,
    tags: options.tags ?? {},
    resourceServers: options.resourceServers ?? [],
    accounts: stores.accounts.forPool(id),
    sessions: options.sessions?.(sessions) ?? sessions,
    directory,
    keys: await keys,
    vault,
    clock: systemClock,
    log: recorder(logged),
    federation: { outgoing },
  } as Partial<Pool> as Pool;

  const oidc = openOidc(pool, { base, mountPath }, () => pages);
  const audited: AuditEvent[] = [];
  app.use((ctx) => {
    // An address of this machine would be counted against nobody.
    ctx.state['origin'] = { address: '192.0.2.1' };
    auditRequest(ctx, ({ requestId: _, ...event }) => void audited.push(event), { requestId: 'test' });
    return route(ctx, pool, oidc, mountPath, origin);
  });
  server.on('request', app.callback());

  return {
    pool,
    oidc,
    base: `${origin}${mountPath}`,
    origin,
    logged,
    audited,
    client: (given, secret) => addClient(pool, given, secret),
    account: (given) => addAccount(pool, given),
    browser: () => openBrowser(`${origin}${mountPath}`),
    async close() {
      outgoing.close();
      server.closeAllConnections();
      server.close();
      await stores.close();
    },
  };
}

async function addClient(
  pool: Pool,
  { OpenId, ...given }: GivenClient = {},
  secret?: string,
): Promise<Client> {
  const id = randomUUID().replaceAll('-', '').slice(0, 26);
  const settings = completeClientSettings(
    {
      SupportedIdentityProviders: ['COGNITO'],
      CallbackURLs: [CALLBACK],
      LogoutURLs: [LOGOUT],
      AllowedOAuthFlows: ['code', 'implicit'],
      AllowedOAuthScopes: ['openid', 'email', 'phone', 'profile'],
      AllowedOAuthFlowsUserPoolClient: true,
      ...given,
    },
    { ClientName: 'test', defaultAttributes: ['custom:team'], ...(OpenId && { OpenId }) },
  );
  const sealedSecret = secret && pool.vault.seal(CLIENT_SECRET, sealedFor(pool.id, id), secret);
  await pool.directory.create('client', id, { sealedSecret, settings });
  return { id, poolId: pool.id, secret, settings };
}

async function addAccount(pool: Pool, given: Partial<Account> = {}): Promise<Account> {
  const username = given.username ?? `mina-${randomUUID().slice(0, 8)}`;
  const account: Account = {
    id: randomUUID(),
    username,
    attributes: { email: 'mina@acme.test', email_verified: 'true', name: 'Mina Park', 'custom:team': '7' },
    enabled: true,
    status: 'CONFIRMED',
    epoch: 0,
    names: { username },
    search: {},
    createdAt: Date.now(),
    modifiedAt: Date.now(),
    ...given,
  };
  await pool.accounts.create(account);
  return account;
}

/** As `routes.ts` has it, with a page that signs in whoever is named. */
async function route(ctx: Context, pool: Pool, oidc: Oidc, mountPath: string, origin: string): Promise<void> {
  if (ctx.path === `/${pool.id}/.well-known/jwks.json`) return showKeys(ctx, pool);
  if (ctx.path === `/${pool.id}/.well-known/openid-configuration`) return showMetadata(ctx, pool, origin);
  if (!ctx.path.startsWith(`${mountPath}/`)) return;
  const path = ctx.path.slice(mountPath.length);
  if (path === '/oauth2/authorize' || path === '/authorize') return oidc.authorize(ctx);
  if (/^\/oauth2\/authorize\/[^/]+$/.test(path)) return oidc.resume(ctx);
  if (path === '/oauth2/token') return oidc.token(ctx);
  if (path === '/oauth2/revoke') return oidc.revoke(ctx);
  if (path === '/oauth2/userInfo') return oidc.userInfo(ctx);
  if (path === '/logout') return oidc.logout(ctx);
  for (const [name, handler] of Object.entries(oidc.openid ?? {}))
    if (pattern(OPENID_PATHS[name as keyof typeof OPENID_PATHS]).test(path)) return handler(ctx);
  if (await devicePage(ctx, oidc, path)) return;
  if (path === '/login') return signInPage(ctx, pool, oidc);
  if (path === '/consent') return consentPage(ctx, oidc);
  if (path === '/error') {
    ctx.status = 400;
    ctx.body = { page: 'error', ...ctx.query };
  }
}

async function signInPage(ctx: Context, pool: Pool, oidc: Oidc): Promise<void> {
  const interaction = await oidc.bridge.find(ctx);
  if (!interaction) return oidc.login(ctx);
  if (ctx.method !== 'POST') {
    ctx.body = { page: 'login', ...interaction };
    return;
  }
  const form = new URLSearchParams((await buffer(ctx.req)).toString());
  ctx.status = 302;
  const signedInAs = form.get('continue');
  if (signedInAs) {
    ctx.set('Location', await oidc.bridge.continueSession(ctx, { ...interaction, signedInAs }));
    return;
  }
  const account = await pool.accounts.findByName('username', form.get('username') ?? '');
  if (!account) throw new Error('nobody has this name');
  const { id: accountId, epoch } = account;
  ctx.set('Location', await oidc.bridge.finish(ctx, interaction, { accountId, epoch, authTime: Date.now() }));
}

/** With a form that says `answer=allow`, or anything else. */
async function consentPage(ctx: Context, oidc: Oidc): Promise<void> {
  const interaction = await oidc.bridge.find(ctx);
  if (!interaction?.consent || ctx.method !== 'POST') {
    ctx.body = interaction?.consent ? { page: 'consent', ...interaction } : { page: 'ended' };
    return;
  }
  const form = new URLSearchParams((await buffer(ctx.req)).toString());
  ctx.status = 302;
  const denied = { error: 'access_denied', description: 'the person did not allow it' };
  ctx.set(
    'Location',
    form.get('answer') === 'allow'
      ? await oidc.bridge.consent(ctx, interaction)
      : await oidc.bridge.deny(interaction, denied),
  );
}

const pattern = (route: string) => new RegExp(`^${route.replace(/:\w+$/, '[^/]+')}$`);
