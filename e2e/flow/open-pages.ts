/**
 * The hosted pages on a real socket, with real rules over stores in memory; only the authorize request that waits for
 * the person is made up. For stories about single pages; those about whole sign-ins start a Foyer.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after } from 'node:test';
import Koa from 'koa';
import { Undeliverable } from '../../adapters/errors.ts';
import { type Outbox, openOutbox } from '../../adapters/mail/outbox.ts';
import { openStores } from '../../adapters/open.ts';
import { openSmsOutbox, type SmsOutbox } from '../../adapters/sms/outbox.ts';
import { openPasswordHasher } from '../../server/accounts/password.ts';
import { createClient, type NewClient } from '../../server/configuration/create-client.ts';
import { createPool, type NewPool } from '../../server/configuration/create-pool.ts';
import { Refusal } from '../../server/errors.ts';
import { type Flow, openFlow } from '../../server/flow/mount.ts';
import { PATHS } from '../../server/flow/paths.ts';
import type { Texts } from '../../server/flow/texts/texts.ts';
import { openLog } from '../../server/log.ts';
import type { Interaction, InteractionBridge } from '../../server/oidc/interaction.ts';
import type { Client, Pool } from '../../server/pool.ts';
import { openVault } from '../../server/vault.ts';

export interface Pages {
  /** `http://localhost:<port>/acme`. */
  base: string;
  pool: Pool;
  client: Client;
  mail: Outbox;
  sms: SmsOutbox;
  /** Begins an authorize request that waits, and gives the address of a page of it. */
  begin(interaction?: Partial<Interaction>): { uid: string; page(name: keyof typeof PATHS): string };
  /** Who signed in, by uid of the interaction. */
  finished: Map<string, { accountId: string; authTime?: number }>;
  /** Moves the time. */
  pass(ms: number): void;
}

export interface PagesOptions {
  pool?: Partial<NewPool>;
  client?: Partial<NewClient>;
  catalogues?: Record<string, Texts>;
  /** Makes every mail fail while true. */
  mailFails?: () => boolean;
  /** How the browser reaches the pages, when that is not the plain address of this server. */
  publicBase?: string;
}

const REGION = 'eu-central-1';

export async function openPages(options: PagesOptions = {}): Promise<Pages> {
  let now = Date.parse('2026-11-21T12:00:00Z');
  const clock = { now: () => now };
  const stores = await openStores({ dataFolder: ':memory:', clock });
  const vault = openVault('a master secret of tests, 0123456789');
  const stored = await createPool(stores, REGION, { PoolName: 'Acme', ...options.pool });
  const { id: clientId } = await createClient({ ...stores, vault }, stored.id, {
    ClientName: 'Acme Shop',
    SupportedIdentityProviders: ['COGNITO'],
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ['code'],
    AllowedOAuthScopes: ['openid'],
    CallbackURLs: ['https://shop.example.com/callback'],
    PreventUserExistenceErrors: 'ENABLED',
    ...options.client,
  });

  let flow: Flow | undefined;
  const app = new Koa();
  app.silent = true;
  app.use(async (ctx) => {
    const path = ctx.path.slice('/acme'.length);
    const found = Object.entries(PATHS).find(([, at]) => at === path)?.[0] as keyof typeof PATHS | undefined;
    if (path.startsWith('/assets/')) flow?.asset(ctx, path.slice('/assets/'.length));
    else if (found) await flow?.pages[found](ctx);
  });
  const server = createServer(app.callback()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  after(async () => {
    server.closeAllConnections();
    server.close();
    await stores.close();
  });
  const base = `http://localhost:${(server.address() as AddressInfo).port}/acme`;
  const mail = openOutbox(clock);
  const sms = openSmsOutbox(clock);
  const pool = {
    id: stored.id,
    name: 'Acme',
    hostedUrl: base,
    settings: stored.record.settings,
    tags: {},
    resourceServers: [],
    accounts: stores.accounts.forPool(stored.id),
    sessions: stores.sessions.forPool(stored.id),
    directory: stores.directory.forPool(stored.id),
    mail: {
      ...mail,
      send: (message) =>
        options.mailFails?.()
          ? Promise.reject(new Undeliverable('the mail server is away'))
          : mail.send(message),
    },
    mailFrom: 'no-reply@example.com',
    sms,
    passwords: openPasswordHasher({ kind: 'argon2id', pepper: vault.derive('password') }),
    vault,
    clock,
    log: openLog('silent'),
  } as Partial<Pool> as Pool;

  const { bridge, wait, finished } = openBridge(base);
  flow = openFlow(pool, bridge, { base: options.publicBase ?? base, mountPath: '/acme' }, options.catalogues);
  const findClient = async (): Promise<Client> => {
    const record = await pool.directory.find('client', clientId);
    if (!record) throw new Error('the client of the test is not there');
    return { id: clientId, poolId: pool.id, settings: record.record.settings };
  };
  return {
    base,
    pool,
    client: await findClient(),
    mail,
    sms,
    finished,
    begin(change = {}) {
      const query = `client_id=${clientId}&response_type=code&redirect_uri=https%3A%2F%2Fshop.example.com%2Fcallback&state=a%20b`;
      const redirectUri = 'https://shop.example.com/callback';
      const uid = wait({ clientId, query, redirectUri, languages: [], ...change });
      return { uid, page: (name) => `${base}${PATHS[name]}?interaction=${uid}&${query}` };
    },
    pass: (ms) => {
      now += ms;
    },
  };
}

/** Authorize requests that are made up: each waits until somebody has signed in, or was refused. */
function openBridge(base: string) {
  const waiting = new Map<string, Interaction>();
  const finished: Pages['finished'] = new Map();
  const wait = (interaction: Omit<Interaction, 'uid'>): string => {
    const uid = `uid-${waiting.size}-${finished.size}`;
    waiting.set(uid, { uid, ...interaction });
    return uid;
  };
  const end = (uid: string, who: { accountId: string; authTime?: number }) => {
    const interaction = waiting.get(uid);
    if (!interaction) throw new Refusal('attempt-expired');
    waiting.delete(uid);
    finished.set(uid, who);
    return `${base}/oauth2/authorize/${uid}`;
  };
  const bridge: InteractionBridge = {
    find: async (ctx, uid = String(ctx.query['interaction'])) => waiting.get(uid),
    finish: async (_, { uid }, who) => end(uid, who),
    deny: async ({ uid }) => end(uid, { accountId: '' }),
    continueSession: async (_, { uid, signedInAs = '' }) => end(uid, { accountId: signedInAs }),
    consent: async (_, { uid, consent }) => end(uid, { accountId: consent?.accountId ?? '' }),
  };
  return { bridge, wait, finished };
}
