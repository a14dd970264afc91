/** A pool that knows one OpenID provider, with a clock to turn: what the tests of OpenID Connect begin with. */
import type { TestContext } from 'node:test';
import { CALLBACK, comeBack } from '../contract-code.ts';
import { completeDetails, openProvider } from '../registry.ts';
import { openEnvironment } from './environment.ts';
import { type OpenIdVendorOptions, openOpenIdVendor } from './openid-vendor.ts';

export const SECRET = 'a-secret-of-at-least-thirty-two-characters';

export async function openIdStory(
  t: TestContext,
  changes: Partial<OpenIdVendorOptions> = {},
  details: object = {},
) {
  const environment = openEnvironment();
  const vendor = await openOpenIdVendor({
    clientId: 'rp1',
    clientSecret: SECRET,
    callbackUrl: CALLBACK,
    now: environment.clock.now,
    alg: 'ES256',
    ...changes,
  });
  t.after(async () => {
    environment.outgoing.close();
    await vendor.close();
  });
  const given = {
    client_id: 'rp1',
    client_secret: SECRET,
    authorize_scopes: 'openid',
    oidc_issuer: vendor.issuer,
  };
  const record = { name: 'CorpOkta', type: 'OIDC', details: { ...given, ...details } };
  const complete = { ...record, details: await completeDetails(record, environment) };
  const provider = openProvider(complete, environment);
  const signIn = async (who = 'maria') => provider.finish(await comeBack(provider, vendor, who));
  return { environment, vendor, provider, signIn, record: complete };
}

/** How often this path was asked. */
export const asked = (seen: { path: string }[], path: string) =>
  seen.filter((each) => each.path === path).length;
/** As it stands in a token. */
export const b64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
