/**
 * What an interaction carries beside the library's own parameters: the query that pages keep, and the browser that began
 * it. It is written when the interaction begins; an application's own parameter of this name never gets here, since the
 * library drops what it does not know.
 */
import type { Interaction, KoaContextWithOIDC } from 'oidc-provider';
import { CARRIED, type Carried } from '../dialect/carried.ts';
import { browserBehind } from '../hand-over.ts';
import { DEVICE_PARAMETER } from './device/device-flow.ts';
import { pushedQuery } from './pushed-requests.ts';

export async function carryOn(ctx: KoaContextWithOIDC, interaction: Interaction): Promise<Carried> {
  const { params } = interaction;
  const { parJti: pushed } = interaction as { parJti?: string };
  const asked = ctx.oidc.route === 'device_resume' ? deviceQuery(params) : queryOf(params);
  const carried: Carried = {
    ...(pushed ? { query: pushedQuery(String(params['client_id']), pushed), asked } : { query: asked }),
    // A device has no address of its own to be answered at.
    target: { redirectUri: String(params['redirect_uri'] ?? ''), channel: 'query' },
    scopes: String(params['scope'] ?? '').split(' '),
    page: false,
    browser: browserBehind(ctx),
  };
  interaction.params = { ...params, [CARRIED]: JSON.stringify(carried) };
  await interaction.persist();
  return carried;
}

/** The sign-in for a device goes by the device: what it asked for cannot be asked for anew by a browser. */
export function deviceQuery(params: Record<string, unknown>): string {
  const names: readonly string[] = [DEVICE_PARAMETER, 'identity_provider', 'idp_identifier', 'lang'];
  return queryOf(Object.fromEntries(Object.entries(params).filter(([name]) => names.includes(name))));
}

/** As pages and their links name the request again. It may have come in an object. */
function queryOf(params: Record<string, unknown>): string {
  const given = Object.entries(params).flatMap(([name, value]) =>
    value === undefined || name === CARRIED
      ? []
      : [value].flat().map((one): [string, string] => [name, String(one)]),
  );
  return new URLSearchParams(given).toString();
}
