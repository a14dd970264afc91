/** What a provider with an authorization code keeps besides: OpenID Connect and OAuth 2.0, and the presets on them. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { assertQuiet, faultOf, providerContract, refused } from './contract.ts';
import type {
  Answer,
  Environment,
  FaultReason,
  Provider,
  ProviderFault,
  ProviderRecord,
} from './provider.ts';
import { openProvider } from './registry.ts';
import type { LocalVendor } from './testing/local-vendor.ts';

export interface Vendor {
  record: ProviderRecord;
  environment: Environment;
  server: LocalVendor;
  subjects: { maria: string; otto: string };
  attributes: Record<string, string>;
  /** Paths that are called when somebody comes back. */
  called: string[];
}

export const CALLBACK = 'https://auth.example.com/oauth2/idpresponse';

/** A person goes there and comes back; `finish` is left to the caller. */
export async function comeBack(
  provider: Provider,
  server: LocalVendor,
  who: string,
  state = 'state-1',
): Promise<Answer> {
  const { redirect, kept } = await provider.begin({ callbackUrl: CALLBACK, state });
  return { ...(await server.visit(redirect, who)), callbackUrl: CALLBACK, kept, state };
}

const secretsOf = ({ details }: ProviderRecord) =>
  [details['client_secret'], details['private_key']].filter((secret) => secret !== undefined);

/** `binds` says that the vendor ties its answer to the question, by nonce or PKCE; state is tied by the server. */
export function codeContract(name: string, open: () => Promise<Vendor>, binds: boolean): void {
  const close = async ({ environment, server }: Vendor) => {
    environment.outgoing.close();
    await server.close();
  };

  providerContract(name, async () => {
    const vendor = await open();
    const provider = openProvider(vendor.record, vendor.environment);
    return {
      provider,
      callbackUrl: CALLBACK,
      comeBack: (who, state) => comeBack(provider, vendor.server, who, state),
      subjects: vendor.subjects,
      attributes: vendor.attributes,
      secrets: secretsOf(vendor.record),
      close: () => close(vendor),
    };
  });

  describe(`provider with a code: ${name}`, () => {
    let vendor: Vendor;
    let provider: Provider;
    before(async () => {
      vendor = await open();
      provider = openProvider(vendor.record, vendor.environment);
    });
    after(() => close(vendor));
    const answer = (who = 'maria', state?: string) => comeBack(provider, vendor.server, who, state);
    const quiet = (fault: ProviderFault) => assertQuiet(fault, secretsOf(vendor.record));

    test('the vendor is asked for a code for our address', async () => {
      const { redirect } = await provider.begin({ callbackUrl: CALLBACK, state: 'a b&c' });
      const { searchParams } = new URL(redirect);
      assert.equal(searchParams.get('redirect_uri'), CALLBACK);
      assert.equal(searchParams.get('response_type'), 'code');
      assert.equal(searchParams.get('client_id'), vendor.record.details['client_id']);
      assert.equal(searchParams.get('state'), 'a b&c');
    });

    test('tokens are attributes only where they are mapped', async () => {
      const { attributes } = await provider.finish(await answer());
      assert.equal(attributes['access_token'], undefined);
      const mapping = { ...vendor.record.mapping, 'custom:token': 'access_token' };
      const mapped = openProvider({ ...vendor.record, mapping }, vendor.environment);
      const proven = await mapped.finish(await comeBack(mapped, vendor.server, 'maria'));
      assert.match(String(proven.attributes['access_token']), /^\S{20,}$/);
    });

    test('what the vendor says of a person who says no is told to the application', async () => {
      const fault = await refused(provider.finish(await answer('nobody')), 'refused');
      assert.equal(fault.error, 'access_denied');
      assert.equal(fault.description, `${vendor.record.name} Error - The person said no`);
    });

    test('an answer with another state, or without a code, signs nobody in', async () => {
      const good = await answer();
      const { code, ...without } = good.parameters;
      assert.ok(code);
      await refused(provider.finish({ ...good, state: 'state-2' }), 'not-verified');
      await refused(provider.finish({ ...good, parameters: without }), 'not-verified');
      await refused(
        provider.finish({ ...good, parameters: { ...without, state: good.state } }),
        'not-verified',
      );
    });

    test('a code is good once, and one that was made up never', async () => {
      const good = await answer();
      await provider.finish(good);
      const again = await refused(provider.finish(good), 'refused');
      assert.equal(again.error, 'invalid_request');
      assert.match(again.description, new RegExp(`^${vendor.record.name} Error - [24]00 `));
      quiet(again);
      const parameters = { ...good.parameters, code: 'made-up' };
      quiet(await refused(provider.finish({ ...good, parameters }), 'refused'));
    });

    test(`the answer of another transaction ${binds ? 'does not fit this one' : 'is known by its state only'}`, async () => {
      const theirs = await answer('otto');
      const ours = await answer('maria');
      assert.equal(Object.keys(ours.kept).length > 0, binds);
      if (!binds) return;
      const fault = await faultOf(provider.finish({ ...theirs, kept: ours.kept }));
      assert.ok(['not-verified', 'refused'].includes(fault.reason), fault.message);
      quiet(fault);
    });

    test('a vendor that answers a page, an error, too much or a redirect to itself signs nobody in', async () => {
      for (const path of vendor.called) {
        const cases: [FaultReason[], Parameters<LocalVendor['broken']['set']>[1]][] = [
          [['invalid-answer', 'refused'], { body: '<h1>Under maintenance</h1>' }],
          [['refused'], { status: 500, body: '<h1>Oops</h1>' }],
          [['refused'], { status: 400, json: { error: 'invalid_request', error_description: 'no' } }],
          [['invalid-answer'], { json: [] }],
          [['invalid-answer', 'refused', 'not-verified'], { json: {} }],
          [['invalid-answer'], { bytes: 100 * 1024 * 1024 }],
          [['refused'], { status: 302, headers: { location: path } }],
          [['unreachable'], { silent: () => undefined }],
        ];
        for (const [reasons, reply] of cases) {
          const patience = new AbortController();
          const outgoing = forgetful(vendor.environment, patience.signal);
          const fresh = openProvider(vendor.record, { ...vendor.environment, outgoing });
          const good = await comeBack(fresh, vendor.server, 'maria');
          const silent = reply.silent && (() => patience.abort());
          vendor.server.broken.set(path, { ...reply, silent });
          const fault = await faultOf(fresh.finish(good)).finally(() => vendor.server.broken.delete(path));
          const what = `${path} ${JSON.stringify(reply)}: ${fault.message}`;
          assert.ok(reasons.includes(fault.reason) && fault.description, what);
          quiet(fault);
        }
      }
      assert.equal((await provider.finish(await answer())).subject, vendor.subjects.maria);
    });
  });
}

/** The same way out, which remembers nothing and gives up when it is told to. */
function forgetful({ outgoing }: Environment, signal: AbortSignal): Environment['outgoing'] {
  return {
    ...outgoing,
    remember: async (_key, load) => (await load()).value,
    fetch: (url, request) => outgoing.fetch(url, { ...request, signal }),
  };
}
