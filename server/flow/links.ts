import { PATHS, type StepName } from './paths.ts';

/** The pool's address as pages need it; `pools/addresses.ts` makes it. Never taken from a request. */
export interface FlowAddress {
  /** Such as `https://acme.auth.eu-central-1.example.com` or `http://localhost:9400/acme`. */
  base: string;
  /** The path of `base`: `''` or `/acme`. */
  mountPath: string;
}

/** Addresses of the pages of one sign-in. */
export type Links = Record<StepName, string>;

/**
 * Every page of a sign-in carries the interaction and the query that began it: with the latter a sign-in that has
 * ended can begin again.
 */
export function linksOf(address: FlowAddress, interaction: { uid: string; query: string }): Links {
  const query = interaction.query && `&${interaction.query}`;
  return Object.fromEntries(
    Object.entries(PATHS).map(([name, path]) => [
      name,
      `${address.mountPath}${path}?interaction=${encodeURIComponent(interaction.uid)}${query}`,
    ]),
  ) as Links;
}

/** The query of a page without its interaction: what the application asked for. Undefined when that is missing. */
export function originalQuery(querystring: string): string | undefined {
  const kept = querystring.split('&').filter((pair) => pair && !/^interaction(=|$)/.test(pair));
  return kept.some((pair) => pair.startsWith('client_id=')) ? kept.join('&') : undefined;
}

/**
 * The address at which a sign-in like this one begins, with something else to say, such as about providers: what the
 * application asked for comes along as it was sent (FED-22).
 */
export function beginAgainAt(
  address: FlowAddress,
  { query }: { query: string },
  more: Record<string, string>,
): string {
  const replaced = new Set(['identity_provider', 'idp_identifier', ...Object.keys(more)]);
  const kept = query.split('&').filter((pair) => pair && !replaced.has(pair.replace(/=.*/s, '')));
  return `${address.mountPath}${PATHS['sign-in']}?${[...kept, new URLSearchParams(more).toString()].join('&')}`;
}
