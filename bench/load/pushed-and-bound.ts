/**
 * A second application in a browser with a session, as the newer OAuth has it: the request is pushed and bound to a key
 * (RFC 9126, RFC 9449), the browser brings the code, and a proof of the key buys the tokens.
 */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { SCENE, type Target } from '../scene.ts';
import type { Answer, HttpClient } from './http-client.ts';

interface Visitor {
  target: Target;
  http: HttpClient;
}

/** What every scenario with a browser does. */
interface Steps {
  signIn(visitor: Visitor, client: string): Promise<unknown>;
  openBrowser(target: Target): HttpClient;
  codeIn(answer: Answer): string;
}

const BROWSERS = 5;

export async function pushedAndBound(
  { target: common }: Visitor,
  steps: Steps,
): Promise<() => Promise<void>> {
  const { openid } = common;
  if (!openid) throw new Error('This server has no newer OAuth');
  const target = { ...common, ...openid, people: 1 };
  const browsers = Array.from({ length: BROWSERS }, () => ({ target, http: steps.openBrowser(target) }));
  for (const browser of browsers) await steps.signIn(browser, openid.client);
  const prove = proofs();
  let turn = 0;
  return async () => {
    const { http } = browsers[turn++ % BROWSERS] as Visitor;
    const verifier = randomBytes(32).toString('base64url');
    const pushed = await send(http, openid.par, openid.client, {
      client_id: openid.client,
      response_type: 'code',
      redirect_uri: SCENE.callback,
      scope: SCENE.scope,
      state: randomBytes(16).toString('base64url'),
      nonce: randomBytes(16).toString('base64url'),
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      dpop_jkt: prove.thumbprint,
    });
    const query = new URLSearchParams({ client_id: openid.client, request_uri: pushed['request_uri'] ?? '' });
    const code = steps.codeIn(await http.get(`${openid.authorize}?${query}`));
    const form = {
      grant_type: 'authorization_code',
      code,
      redirect_uri: SCENE.callback,
      code_verifier: verifier,
    };
    const DPoP = prove.proof('POST', target.origin + openid.token);
    const tokens = await send(http, openid.token, openid.client, form, { DPoP });
    if (
      tokens['token_type'] !== 'DPoP' ||
      !tokens['refresh_token'] ||
      tokens['access_token']?.split('.').length !== 3
    )
      throw new Error(`These are no bound tokens: ${Object.keys(tokens)}`);
  };
}

async function send(
  http: HttpClient,
  path: string,
  client: string,
  form: Record<string, string>,
  more: Record<string, string> = {},
): Promise<Record<string, string>> {
  const authorization = `Basic ${Buffer.from(`${client}:${SCENE.secret}`).toString('base64')}`;
  const { status, body } = await http.post(path, form, {
    authorization,
    accept: 'application/json',
    ...more,
  });
  if (status !== 200 && status !== 201) throw new Error(`${path} answered ${status}: ${body.slice(0, 500)}`);
  return JSON.parse(body) as Record<string, string>;
}

/** A key of an application, and proofs of it, made without a library: the generator's own cost is to be small. */
function proofs() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { crv, kty, x, y } = publicKey.export({ format: 'jwk' });
  const jwk = { crv, kty, x, y };
  const header = encoded({ alg: 'ES256', typ: 'dpop+jwt', jwk });
  return {
    thumbprint: createHash('sha256').update(JSON.stringify(jwk)).digest('base64url'),
    proof: (htm: string, htu: string) => signed(privateKey, header, { htm, htu }),
  };
}

function signed(key: KeyObject, header: string, claims: object): string {
  const usual = { jti: randomBytes(16).toString('base64url'), iat: Math.floor(Date.now() / 1000) };
  const content = `${header}.${encoded({ ...usual, ...claims })}`;
  const signature = sign('sha256', Buffer.from(content), { key, dsaEncoding: 'ieee-p1363' });
  return `${content}.${signature.toString('base64url')}`;
}

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
