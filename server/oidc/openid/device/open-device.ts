/** The door between the pages for devices and the library, and the way back from them. */
import { randomBytes } from 'node:crypto';
import type { Context } from 'koa';
import type Provider from 'oidc-provider';
import type { DeviceCode } from 'oidc-provider';
import { takeTurn } from '../../../accounts/limits/take-turn.ts';
import { addressOf } from '../../../audit.ts';
import { findClient } from '../../../configuration/find-client.ts';
import { featuresOf } from '../../../configuration/openid/features.ts';
import { Refusal } from '../../../errors.ts';
import type { Pool } from '../../../pool.ts';
import { LIFETIMES } from '../../configuration.ts';
import { browserOf, type Cookies, dropInteractionCookie } from '../../cookies.ts';
import { CARRIED, type Carried, carriedBy } from '../../dialect/carried.ts';
import { PageFault } from '../../dialect/errors.ts';
import { endInteraction } from '../../end-interaction.ts';
import { handOver } from '../../hand-over.ts';
import { findSession } from '../../hosted-session.ts';
import { DEVICE_PAGES, type DeviceBridge, type WaitingDevice } from '../../interaction.ts';
import { allowsMethod } from '../../methods.ts';
import type { Opening } from '../../opening.ts';
import { pageHandler, redirect, toErrorPage } from '../../redirect.ts';
import { endSessionOfAnother, resumedInteraction } from '../../resumed-interaction.ts';
import { deviceQuery } from '../carry-on.ts';
import { EXTRA_PARAMETERS } from '../configuration.ts';
import { ALLOWED, DEVICE_PARAMETER } from './device-flow.ts';
import { carriedCode, carryCode, codeOf, shown } from './typed-code.ts';

export interface Devices {
  bridge: DeviceBridge;
  /** GET `/login?foyer_device=…`: the sign-in for a device begins once more, say with another provider. */
  beginAgain(ctx: Context): Promise<void>;
  /** `/device/:uid`: where pages send the browser when the person has answered. */
  resume(ctx: Context): Promise<void>;
}

export function openDevices(opening: Opening): Devices {
  const { pool, provider, address, cookies } = opening;

  const bridge: DeviceBridge = {
    /** Each try counts until it was right. */
    async begin(ctx, typed) {
      const turn = await takeTurn(pool, 'guesses', addressOf(ctx));
      const to = await begin(opening, ctx, codeOf(typed), new URLSearchParams());
      if (to) await turn.giveBack();
      return to;
    },

    asked: (ctx, { uid }) => asked(opening, ctx, uid),

    async allow(ctx, { uid }) {
      if (!(await asked(opening, ctx, uid))) throw new Refusal('attempt-expired');
      return endInteraction(pool, uid, (current) => ({
        ...current,
        result: { ...current.lastSubmission, [ALLOWED]: true },
      }));
    },
  };

  async function beginAgain(ctx: Context): Promise<void> {
    if (!allowsMethod(ctx, ['GET'])) return;
    const query = new URLSearchParams(ctx.querystring);
    const userCode = carriedCode(opening, ctx, query.get(DEVICE_PARAMETER) ?? '');
    const to = userCode && (await begin(opening, ctx, userCode, query));
    redirect(ctx, to || address.base + DEVICE_PAGES.expired);
  }

  const resume = pageHandler(address, ['GET'], async (ctx) => {
    const { uid, interaction, carried } = await resumedInteraction(opening, ctx);
    if (!interaction.deviceCode) throw new PageFault('interaction_expired');
    await endSessionOfAnother(opening, ctx, interaction);
    await handOver(provider, address, ctx, {
      path: `${DEVICE_PAGES.enter}/${encodeURIComponent(uid)}`,
      method: 'GET',
      browser: carried.browser,
      onFault: (inner, { error }) => toErrorPage(inner, address, new PageFault(error)),
    });
    dropInteractionCookie(ctx, cookies);
  });

  return { bridge, beginAgain, resume };
}

async function asked(opening: Opening, ctx: Context, uid: string): Promise<WaitingDevice | undefined> {
  const { provider } = opening;
  const found = await provider.Interaction.find(uid);
  const code = found && found.prompt.name === 'device' && !found.result && (await waiting(provider, found));
  if (!found || !code) return undefined;
  const session = await findSession(provider, ctx);
  if (!session || session.uid !== found.session?.uid) return undefined;
  const carried = new URLSearchParams(carriedBy(found.params).query).get(DEVICE_PARAMETER) ?? '';
  const userCode = carriedCode(opening, ctx, carried);
  if (!userCode) return undefined;
  const { address: from } = (code.deviceInfo ?? {}) as { address?: string };
  return { userCode: shown(userCode), accountId: session.accountId ?? '', ...(from && { address: from }) };
}

async function waiting(
  provider: Provider,
  { deviceCode }: { deviceCode?: string | undefined },
): Promise<DeviceCode | undefined> {
  const code = deviceCode === undefined ? undefined : await provider.DeviceCode.find(deviceCode);
  return code && isOpen(code) ? (code as DeviceCode) : undefined;
}

/** Begins a sign-in for the device that shows this code; undefined when none does. */
async function begin(
  opening: Opening,
  ctx: Context,
  userCode: string,
  query: URLSearchParams,
): Promise<string | undefined> {
  const { pool, provider, address, cookies } = opening;
  const code = await provider.DeviceCode.findByUserCode(userCode);
  if (!code || !isOpen(code) || !(await mayWait(pool, code))) return undefined;

  const uid = randomBytes(24).toString('base64url');
  const browser = browserOf(ctx, cookies);
  const params = {
    ...code.params,
    ...kept(query),
    [DEVICE_PARAMETER]: carryCode(pool, userCode, browser),
  };
  const carried = {
    query: deviceQuery(params),
    target: { redirectUri: '', channel: 'query' },
    scopes: String(code.params?.['scope'] ?? '').split(' '),
    page: false,
    browser,
  } satisfies Carried;
  const returnTo = `${address.base}${DEVICE_PAGES.enter}/${uid}`;
  // As the library makes one where an application's own request must wait for a person.
  const Interaction = provider.Interaction as unknown as new (
    uid: string,
    payload: object,
  ) => { save(ttl: number): Promise<string> };
  const session = await findSession(provider, ctx);
  await new Interaction(uid, {
    returnTo,
    prompt: promptOf(query),
    params: { ...params, [CARRIED]: JSON.stringify(carried) },
    session,
    cid: uid,
    deviceCode: code.jti,
  }).save(LIFETIMES.interaction);
  keepResumeCookie(provider, ctx, cookies, { uid, path: new URL(returnTo).pathname });
  return `${address.base}/login?${carried.query}&interaction=${uid}`;
}

const isOpen = (code: { accountId?: string | undefined; error?: string | undefined; isExpired: boolean }) =>
  !code.isExpired && !code.accountId && !code.error;

/** Nobody is led to say yes to a device whose client has lost the feature: it would get nothing by it. */
async function mayWait(pool: Pool, { clientId }: { clientId?: string | undefined }): Promise<boolean> {
  const client = clientId === undefined ? undefined : await findClient(pool, clientId);
  return client !== undefined && featuresOf(pool, client).has('device');
}

/** The page is shown to whoever is signed in too: they are asked whether it is they. */
function promptOf(query: URLSearchParams): { name: string; reasons: string[]; details: object } {
  return query.get('prompt') === 'login'
    ? { name: 'login', reasons: ['login_prompt'], details: {} }
    : { name: 'select_account', reasons: ['select_account_prompt'], details: {} };
}

/** What the browser asks for beside the device, such as a language. */
function kept(query: URLSearchParams): Record<string, string> {
  return Object.fromEntries(
    EXTRA_PARAMETERS.flatMap((name) => {
      const value = query.get(name);
      return value === null ? [] : [[name, value]];
    }),
  );
}

/** By which the library finds the interaction on the way back; it is signed by the library's own keys. */
function keepResumeCookie(
  provider: Provider,
  ctx: Context,
  { names, options }: Cookies,
  { uid, path }: { uid: string; path: string },
): void {
  const { cookies } = provider.createContext(ctx.req, ctx.res);
  cookies.secure = options.secure;
  cookies.set(names.resume, uid, { ...options, path, maxAge: LIFETIMES.interaction * 1000 });
}
