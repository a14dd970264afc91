/**
 * What every provider keeps, whatever its protocol, run by each implementation's test against a server that behaves as
 * its vendor documents: who comes back is who signed in there, an answer is good once, what is missing signs nobody in,
 * and no fault carries a secret. `contract-code.ts` has what is more to say of those with an authorization code.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Answer, type FaultReason, type Provider, ProviderFault } from './provider.ts';

export interface Peer {
  provider: Provider;
  callbackUrl: string;
  /** A person goes there, signs in and comes back; `nobody` says no there. `finish` is left to the contract. */
  comeBack(who: 'maria' | 'otto' | 'nobody', state: string): Promise<Answer>;
  /** What `maria` is called there, and `otto`. */
  subjects: { maria: string; otto: string };
  /** What must be known of `maria`, at least. */
  attributes: Record<string, string>;
  /** What nobody may learn. */
  secrets: string[];
  close(): Promise<void>;
}

/** The fault with which a promise ends; anything else is a failure. */
export async function faultOf(promise: Promise<unknown>): Promise<ProviderFault> {
  const error = await promise.then(
    () => assert.fail('somebody was signed in'),
    (error: unknown) => error,
  );
  assert.ok(error instanceof ProviderFault, String(error));
  return error;
}

export async function refused(promise: Promise<unknown>, reason: FaultReason): Promise<ProviderFault> {
  const fault = await faultOf(promise);
  assert.equal(fault.reason, reason, fault.message);
  return fault;
}

/** Nothing of a fault is secret: its message goes to the log, its description to the application. */
export function assertQuiet(fault: ProviderFault, secrets: readonly string[]): void {
  for (const secret of secrets) assert.ok(!`${fault.message}${fault.description}`.includes(secret));
}

export function providerContract(name: string, open: () => Promise<Peer>): void {
  describe(`provider: ${name}`, () => {
    let peer: Peer;
    let provider: Provider;
    before(async () => {
      peer = await open();
      provider = peer.provider;
      assert.ok(peer.secrets.length > 0);
    });
    after(() => peer.close());
    const answer = (who: 'maria' | 'otto' | 'nobody' = 'maria', state = 'state-1') =>
      peer.comeBack(who, state);

    test('the browser is sent with our state, and with no secret', async () => {
      const { redirect, kept } = await provider.begin({ callbackUrl: peer.callbackUrl, state: 'a b&c' });
      assert.ok([...new URL(redirect).searchParams.values()].includes('a b&c'));
      // The verifier of PKCE is what whoever steals the code does not have.
      const secrets = [...peer.secrets, kept['verifier']].filter((secret) => secret !== undefined);
      for (const secret of secrets) assert.ok(!decodeURIComponent(redirect).includes(secret));
    });

    test('who comes back is who signed in there, each time', async () => {
      const maria = await provider.finish(await answer('maria'));
      assert.equal(maria.subject, peer.subjects.maria);
      for (const [attribute, value] of Object.entries(peer.attributes))
        assert.equal(maria.attributes[attribute], value, attribute);
      assert.equal((await provider.finish(await answer('otto'))).subject, peer.subjects.otto);
      assert.equal((await provider.finish(await answer('maria'))).subject, peer.subjects.maria);
    });

    test('people who sign in at the same moment are not mixed up', async () => {
      const names = ['maria', 'otto', 'maria', 'otto', 'otto', 'maria'] as const;
      const answers = await Promise.all(names.map((who, i) => answer(who, `state-${i}`)));
      const proven = await Promise.all(answers.map((each) => provider.finish(each)));
      assert.deepEqual(
        proven.map(({ subject }) => subject),
        names.map((who) => peer.subjects[who]),
      );
    });

    test('a person who says no there is told apart', async () => {
      const fault = await refused(provider.finish(await answer('nobody')), 'refused');
      assertQuiet(fault, peer.secrets);
    });

    test('an answer is good once', async () => {
      const good = await answer();
      await provider.finish(good);
      assertQuiet(await faultOf(provider.finish(good)), peer.secrets);
    });

    test('an answer with nothing in it signs nobody in', async () => {
      const good = await answer();
      const { reason } = await faultOf(provider.finish({ ...good, parameters: {} }));
      assert.ok(['not-verified', 'invalid-answer'].includes(reason), reason);
      assert.equal((await provider.finish(good)).subject, peer.subjects.maria);
    });
  });
}
