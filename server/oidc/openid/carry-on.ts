/**
 * What an interaction carries beside the library's own parameters: the query that pages keep, and the browser that began
 * it. It is written when the interaction begins; an application's own parameter of this name never gets here, since the
 * library drops what it does not know.
 */
import type { Interaction, KoaContextWithOIDC } from 'oidc-provider';
import { CARRIED, type Carried, carriedBy } from '../dialect/carried.ts';
import { browserBehind } from '../hand-over.ts';
import { pushedQuery } from './pushed-requests.ts';

export async function carryOn(ctx: KoaContextWithOIDC, interaction: Interaction): Promise<Carried> {
  const { params } = interaction;
  const { parJti: pushed } = interaction as { parJti?: string };
  const asked = deviceQuery(ctx) ?? queryOf(params);
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

/** The sign-in for a device goes by the device: the request was made by it, and cannot be begun again elsewhere. */
function deviceQuery({ oidc: { route, entities } }: KoaContextWithOIDC): string | undefined {
  return route === 'device_resume' ? carriedBy(entities.Interaction?.params).query : undefined;
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
