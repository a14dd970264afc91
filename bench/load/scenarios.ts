/**
 * What is measured, step by step as an application and a browser do it, the same for every server. A scenario gets
 * ready once for each visitor and gives the operation that is repeated.
 */
import { createHash, randomBytes } from 'node:crypto';
import { readForm } from '../../e2e/http-session.ts';
import { personNamed, SCENE, type Target } from '../scene.ts';
import { lookUp } from './admin-client.ts';
import { getUser, listUsers, passwordSignIn, srpSignIn } from './api-scenarios.ts';
import { type Answer, type HttpClient, openHttpClient } from './http-client.ts';
import { pushedAndBound } from './pushed-and-bound.ts';
import { tokenExchange } from './token-exchange.ts';

export interface Visitor {
  target: Target;
  http: HttpClient;
}

export type Scenario = (visitor: Visitor) => Promise<() => Promise<void>>;

const SCENARIOS = {
  'client-credentials': async (visitor) => async () => {
    const form = { grant_type: 'client_credentials', scope: SCENE.machineScope };
    await askToken(visitor, SCENE.machineClient, form);
  },
  'sign-in': async (visitor) => async () => {
    await signIn(visitor);
  },
  'federated-sign-in': async (visitor) => async () => {
    await federatedSignIn(visitor);
  },
  'single-sign-on': async ({ target }) => {
    // Several browsers in turn: a server may keep a list for each session, which no person makes as long as one would.
    const browsers = Array.from({ length: BROWSERS }, () => ({ target, http: openHttpClient(target) }));
    for (const browser of browsers) await signIn(browser);
    let turn = 0;
    return async () => {
      const browser = browsers[turn++ % BROWSERS] as Visitor;
      const { path, verifier } = authorizeRequest(target);
      await redeem(browser, codeIn(await browser.http.get(path)), verifier);
    };
  },
  'token-exchange': (visitor) => tokenExchange(visitor, signIn),
  'pushed-and-bound': (visitor) => pushedAndBound(visitor, { signIn, codeIn, openBrowser: openHttpClient }),
  refresh: async (visitor) => {
    const { refresh_token = '' } = await signIn(visitor);
    return async () => {
      await askToken(visitor, SCENE.webClient, { grant_type: 'refresh_token', refresh_token });
    };
  },
  'sign-in-page': async (visitor) => async () => {
    visitor.http.jar.clear();
    const { body } = await follow(visitor, authorizeRequest(visitor.target).path);
    if (!PASSWORD_FIELD.test(body)) throw new Error(`No sign-in page: ${body.slice(0, 500)}`);
  },
  'look-up': async ({ target }) => lookUp(target, anyone(target)),
  'password-sign-in': passwordSignIn,
  'srp-sign-in': srpSignIn,
  'get-user': getUser,
  'list-users': listUsers,
} satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof SCENARIOS;
const PASSWORD_FIELD = /type="password"/;
const MOST_REDIRECTS = 5;
const BROWSERS = 5;
/** People at the mock provider: most of them have been here before. */
const PROVIDED = 200;

export async function openScenario(name: ScenarioName, target: Target): Promise<() => Promise<void>> {
  return SCENARIOS[name]({ target, http: openHttpClient(target) });
}

const anyone =
  ({ people }: Target) =>
  () =>
    personNamed(Math.floor(Math.random() * people));

/** From nothing to tokens, as a browser without cookies: authorize, page, post, code, tokens. */
async function signIn(visitor: Visitor, client: string = SCENE.webClient): Promise<Record<string, string>> {
  const { http, target } = visitor;
  http.jar.clear();
  const { path, verifier } = authorizeRequest(target, { client_id: client });
  const page = await follow(visitor, path);
  const { action, values } = readForm(
    { ...page, headers: new Headers(), location: undefined },
    PASSWORD_FIELD,
  );
  const form = { ...values, username: anyone(target)(), password: SCENE.password };
  const posted = await http.post(pathOf(action), form, { origin: target.origin });
  return redeem(visitor, codeIn(await follow(visitor, posted)), verifier, client);
}

/** The same through the mock provider, whose code is written here: nobody's time but the server's is spent on it. */
async function federatedSignIn(visitor: Visitor): Promise<Record<string, string>> {
  const { http, target } = visitor;
  http.jar.clear();
  const client = SCENE.federatedClient;
  const { path, verifier } = authorizeRequest(target, {
    client_id: client,
    identity_provider: SCENE.provider,
  });
  const { headers, url } = await follow(visitor, path);
  const { searchParams: asked } = new URL(headers.location ?? '', url);
  const person = { sub: String(Math.floor(Math.random() * PROVIDED)), nonce: asked.get('nonce') };
  const code = Buffer.from(JSON.stringify(person)).toString('base64url');
  const answer = new URLSearchParams({ code, state: asked.get('state') ?? '' });
  const back = await http.get(`${pathOf(asked.get('redirect_uri') ?? '')}?${answer}`);
  const onward = /^0; url=(.+)$/.exec(String(back.headers['refresh']))?.[1] ?? '';
  return redeem(visitor, codeIn(await follow(visitor, pathOf(new URL(onward, url).href))), verifier, client);
}

function authorizeRequest(
  target: Target,
  extra: Record<string, string> = {},
): { path: string; verifier: string } {
  const verifier = randomBytes(32).toString('base64url');
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: SCENE.webClient,
    redirect_uri: SCENE.callback,
    scope: SCENE.scope,
    state: randomBytes(16).toString('base64url'),
    nonce: randomBytes(16).toString('base64url'),
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...extra,
  });
  return { path: `${target.authorize}?${query}`, verifier };
}

/** Goes where a browser is led, until it is shown something or led out of the server. */
async function follow({ http, target }: Visitor, from: string | Answer): Promise<Answer> {
  let answer = typeof from === 'string' ? await http.get(from) : from;
  for (let i = 0; i < MOST_REDIRECTS; i++) {
    const { location } = answer.headers;
    if (!location) return answer;
    const url = new URL(location, target.origin);
    if (url.origin !== target.origin) return answer;
    answer = await http.get(url.pathname + url.search);
  }
  throw new Error('Too many redirects');
}

const pathOf = (url: string) => {
  const { pathname, search } = new URL(url);
  return pathname + search;
};

function codeIn({ status, headers, body, url }: Answer): string {
  const code =
    headers.location?.startsWith(SCENE.callback) && new URL(headers.location).searchParams.get('code');
  if (!code)
    throw new Error(`No code from ${pathOf(url)}: ${status} ${headers.location ?? body.slice(0, 500)}`);
  return code;
}

async function redeem(
  visitor: Visitor,
  code: string,
  verifier: string,
  client: string = SCENE.webClient,
): Promise<Record<string, string>> {
  const form = { grant_type: 'authorization_code', code, redirect_uri: SCENE.callback };
  const tokens = await askToken(visitor, client, { ...form, code_verifier: verifier });
  if (!tokens['refresh_token'] || !tokens['id_token']) throw new Error('A token is missing');
  return tokens;
}

async function askToken({ http, target }: Visitor, clientId: string, form: Record<string, string>) {
  const authorization = `Basic ${Buffer.from(`${clientId}:${SCENE.secret}`).toString('base64')}`;
  const { status, body } = await http.post(target.token, form, {
    authorization,
    accept: 'application/json',
  });
  const answer = JSON.parse(body) as Record<string, string>;
  // Three parts: a server that answers with opaque tokens would be spared the signature.
  if (status !== 200 || answer['access_token']?.split('.').length !== 3)
    throw new Error(`${form['grant_type']} answered ${status}: ${body.slice(0, 500)}`);
  return answer;
}
