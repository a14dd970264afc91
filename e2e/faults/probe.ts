/** What everyone is told while a store is away: a named error, soon, and nothing else. */
import assert from 'node:assert/strict';
import {
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';
import { type HttpSession, openHttpSession, type Page } from '../http-session.ts';
import { authorizeUrl, hostedAt, openSignIn, PASSWORD, redeem, signIn } from '../person.ts';
import type { Foyer } from '../start.ts';
import { STORY } from '../story-pool.ts';
import { WITNESS } from './crowd.ts';

/**
 * The promise, two seconds, is held by `npm run faults`, which has the machine for itself. Beside other tests there
 * is room for a machine that stops for a moment; drivers that were left to themselves would wait ten seconds and more.
 */
const NAMED_WITHIN_MS = process.env.FAULT_REPORT ? 2000 : 6000;

/** Somebody who has typed name and password, and an application that is about to redeem a code. */
export interface Waiting {
  session: HttpSession;
  form: Page;
  code: string;
}

export async function beforeTheFault(hosted: string): Promise<Waiting> {
  const session = openHttpSession();
  const form = await openSignIn(session, hosted);
  return { session, form, code: await signIn(hosted, WITNESS.username) };
}

/** Asks in each of the ways, one after the other, and gives the longest time that an answer took. */
export async function expectNamedErrors(foyer: Foyer, waiting: Waiting): Promise<number> {
  const hosted = hostedAt(foyer);
  const times: number[] = [];
  const ask = async (what: string, question: () => Promise<void>) => {
    const asked = performance.now();
    await question();
    const ms = Math.round(performance.now() - asked);
    assert.ok(ms < NAMED_WITHIN_MS, `${what} took ${ms} ms`);
    times.push(ms);
  };

  await ask('a page', async () => {
    const page = await waiting.session.submit(waiting.form, {
      username: WITNESS.username,
      password: PASSWORD,
    });
    assert.equal(page.status, 503);
    assert.ok(page.headers.get('retry-after'));
    assert.ok(page.body.includes(page.headers.get('x-request-id') ?? '<none>'), page.body);
  });
  await ask('the authorize endpoint', async () => {
    const { status, headers } = await fetch(authorizeUrl(hosted), { redirect: 'manual' });
    // Once the client is known it is told (HUI-104); before, the browser is.
    if (status === 302) assert.match(headers.get('location') ?? '', /\/callback\?error=server_error&/);
    else assert.equal(status, 503);
  });
  await ask('the token endpoint', async () => {
    const { status, body } = await redeem(hosted, waiting.code);
    assert.equal(status, 503, JSON.stringify(body));
    assert.equal(body['error'], 'temporarily_unavailable');
  });
  await ask('the API', async () => {
    await assert.rejects(setPassword(foyer), (error: Error & { $metadata?: { httpStatusCode?: number } }) => {
      assert.equal(error.name, 'ServiceUnavailableException');
      assert.equal(error.$metadata?.httpStatusCode, 503);
      return true;
    });
  });
  await ask('readiness', async () => assert.equal((await fetch(`${foyer.url}/health/ready`)).status, 503));
  assert.equal((await fetch(`${foyer.url}/health/live`)).status, 200, 'nobody needs to restart it');
  return Math.max(...times);
}

/** Touches all three stores. */
function setPassword(foyer: Foyer) {
  const api = new CognitoIdentityProviderClient({
    region: 'us-east-1',
    endpoint: foyer.url,
    maxAttempts: 1,
    credentials: { accessKeyId: foyer.accessKeyId, secretAccessKey: foyer.secretAccessKey },
  });
  return api.send(
    new AdminSetUserPasswordCommand({
      UserPoolId: STORY.poolId,
      Username: WITNESS.username,
      Password: PASSWORD,
      Permanent: true,
    }),
  );
}
