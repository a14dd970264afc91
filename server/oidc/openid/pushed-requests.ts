/**
 * Pushed authorization requests as they are stored (RFC 9126): each answers one authorize request. Until it has, the
 * browser in which a person signs in may open it again, by a reload or by a link of ours that names a provider, also
 * when it is too late for every other (section 4). What was pushed stays out of addresses.
 */
import Provider, { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import { Missing } from '#adapters/errors.ts';
import type { Pool } from '../../pool.ts';
import { LIFETIMES } from '../configuration.ts';
import { browserBehind } from '../hand-over.ts';
import { hashed, records } from '../storage.ts';

const KIND = 'pushed-request';
const URN = 'urn:ietf:params:oauth:request_uri:';
/** Seconds, as for a request that was pushed just now. */
const OPENED_AGAIN = 60;

/** The browser in which a person signs in with the request. */
interface Held extends AdapterPayload {
  browser?: string;
}

export function pushedRequests(pool: Pool): Adapter {
  const stored = records(pool, KIND);
  return {
    ...stored,
    /**
     * Kept for as long as somebody may be on the sign-in page, though it begins nothing new by then: of two sign-ins that
     * one request began, the second could not be told otherwise.
     */
    upsert: (id, payload, expiresIn = 0) => stored.upsert(id, payload, expiresIn + LIFETIMES.interaction),
    async find(id) {
      const found = (await stored.find(id)) as Held | undefined;
      const ctx = Provider.ctx;
      if (!found || !ctx || !isHeldBy(found, browserBehind(ctx))) return found;
      const exp = Math.floor(pool.clock.now() / 1000) + OPENED_AGAIN;
      const request = withMore(found.request ?? '', { ...chosenOnPages(ctx.oidc.params), exp });
      return { ...found, exp, request };
    },
    consume: (id) => consume(pool, id),
  };
}

const isHeldBy = ({ browser }: Held, asking: string) => browser !== undefined && browser === asking;

/** A person has begun to sign in with the request: their browser may open it again. The first one only. */
export async function holdFor(
  { sessions }: Pick<Pool, 'sessions'>,
  id: string,
  browser: string,
): Promise<void> {
  if (!browser) return;
  try {
    await sessions.update<Held>(KIND, hashed(id), (current) =>
      current.browser === undefined ? { ...current, browser } : current,
    );
  } catch (error) {
    if (!(error instanceof Missing)) throw error;
  }
}

/** As links of pages name the request again: by its name, never by what it says. */
export function pushedQuery(clientId: string, id: string): string {
  return new URLSearchParams({ client_id: clientId, request_uri: URN + id }).toString();
}

/** What people choose by a link of a page, beside the request. All else in the address is passed over (RFC 9126 section 4). */
function chosenOnPages(params: Record<string, unknown> = {}): Record<string, unknown> {
  const { identity_provider, idp_identifier, prompt } = params;
  return {
    ...(identity_provider !== undefined && { identity_provider }),
    ...(idp_identifier !== undefined && { idp_identifier }),
    ...(prompt === 'select_account' && { prompt }),
  };
}

/** The library trusts what it finds here, so whatever signature the request had was checked when it was pushed. */
function withMore(request: string, more: Record<string, unknown>): string {
  const claims = JSON.parse(Buffer.from(request.split('.')[1] ?? '', 'base64url').toString());
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  // An application that wants a new sign-in is not satisfied by a page.
  const prompt = claims.prompt ?? more['prompt'];
  return `${part({ alg: 'none' })}.${part({ ...claims, ...more, prompt })}.`;
}

/** Of any number of callers one is answered (ATK-09). Throws InvalidRequestUri. */
async function consume({ sessions, clock }: Pool, id: string): Promise<void> {
  try {
    await sessions.update<AdapterPayload>(KIND, hashed(id), (current) => {
      if (current.consumed) throw new errors.InvalidRequestUri('request_uri was used already');
      return { ...current, consumed: clock.now() };
    });
  } catch (error) {
    if (error instanceof Missing) throw new errors.InvalidRequestUri('request_uri is invalid or has expired');
    throw error;
  }
}
