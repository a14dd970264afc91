/** One sign-in at an application, whatever the response type and mode: its answer is read from where the mode puts it. */
import assert from 'node:assert/strict';
import type { Client } from '../../pool.ts';
import type { Browser } from './browser.ts';
import { answerOf } from './openid.ts';
import { authorizePath, claimsOf, form, redeem, userInfo } from './requests.ts';
import type { Stage } from './stage.ts';

export type Answer = Record<string, string | undefined>;
type Given = Record<string, string | undefined>;

/** @param at what there is once the test has begun */
export function flowOfType(
  response_type: string,
  response_mode: string | undefined,
  at: () => { stage: Stage; client: Client; person: { username: string } },
) {
  const parts = response_type.split(' ');
  const asking = (given: Given = {}) =>
    authorizePath(at().client, {
      response_type,
      response_mode,
      scope: 'openid',
      nonce: 'n-1',
      state: 's-1',
      ...given,
    });

  /** The answer, read from where the mode puts it, or the page that is shown in its place. */
  function read(seen: { location: string; text: string; url: string }) {
    const page = seen.location ? undefined : JSON.parse(seen.text);
    if (page && page.page !== 'form') return { shown: page.page as string, url: seen.url };
    const answer: Answer = page ? Object.fromEntries(page.fields) : answerOf(seen.location);
    assert.equal(page !== undefined, response_mode === 'form_post');
    if (!page) assert.equal(new URL(seen.location).hash !== '', response_type !== 'code');
    assert.equal(answer['state'], 's-1');
    return { answer };
  }
  const open = async (browser: Browser, given?: Given) => read(await browser.follow(asking(given)));
  /** Signs in at the page that must appear. */
  async function signIn(browser: Browser, given?: Given, username = at().person.username): Promise<Answer> {
    const { shown, url } = await open(browser, given);
    assert.equal(shown, 'login');
    const sent = await browser.follow(url, { method: 'POST', body: form({ username }) });
    return read(sent).answer ?? assert.fail(sent.text);
  }
  async function atOnce(browser: Browser, given?: Given): Promise<Answer> {
    const { answer, shown } = await open(browser, given);
    return answer ?? assert.fail(`${shown} was shown`);
  }
  /** The tokens of an answer, with what its code buys. */
  async function tokensOf(answer: Answer): Promise<Answer> {
    assert.equal(answer['error'], undefined, JSON.stringify(answer));
    for (const part of parts) assert.ok(answer[part === 'token' ? 'access_token' : part], part);
    if (!answer['code']) return answer;
    const { status, body } = await redeem(at().stage, at().client, answer['code']);
    assert.equal(status, 200);
    if (answer['id_token'])
      assert.equal(claimsOf(body['id_token'])['sub'], claimsOf(answer['id_token'])['sub']);
    return { ...answer, ...(body as Answer) };
  }
  const idOf = async (answer: Answer) => claimsOf((await tokensOf(answer))['id_token']);
  /** At user info; without an access token the ID token has it. */
  async function toldBy(answer: Answer): Promise<Record<string, unknown>> {
    const { access_token, id_token } = await tokensOf(answer);
    if (!access_token) return claimsOf(id_token);
    return (await (await userInfo(at().stage, access_token)).json()) as Record<string, unknown>;
  }

  return { parts, asking, read, open, signIn, atOnce, tokensOf, idOf, toldBy };
}
