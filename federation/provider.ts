/**
 * The door to identity providers outside. A provider says where the browser goes (`begin`) and, when the browser is
 * back, who the person is (`finish`), having verified everything that its protocol lets it verify. Its neighbour
 * server/ keeps the transaction (state, browser, single use, five minutes) and decides who that person is in the pool.
 * Nothing here knows pools, accounts or pages, keeps anything in a store, or trusts what came through a browser.
 * `contract.ts` is the proof that every provider runs; `registry.ts` is the list of them.
 */
import type { Outgoing } from './fetch.ts';

/** What a provider says of a person once everything was verified. */
export interface ProvenIdentity {
  /** Who it is, in the provider's own naming: `sub`, `id`, `user_id` or the NameID. Never empty. */
  subject: string;
  /** Every claim or SAML attribute by its name. Numbers and booleans are their text, objects compact JSON. */
  attributes: Record<string, string | string[]>;
  /** What a sign-out through the provider will need, such as NameID and SessionIndex. Kept by the server. */
  session?: Record<string, string>;
  /** SAML: the entity ID that vouched. Shown as `issuer` in the `identities` claim; null elsewhere. */
  issuer?: string;
}

export interface Begin {
  /** `https://<domain>/oauth2/idpresponse` or `.../saml2/idpresponse`, from the configured address. */
  callbackUrl: string;
  /** Unguessable; comes back with the answer as `state` or `RelayState`. */
  state: string;
}

export interface Begun {
  /** Where the browser goes by GET. */
  redirect: string;
  /** What `finish` needs to know the answer as the one to this question: nonce, code verifier, request ID. */
  kept: Record<string, string>;
}

export interface Answer {
  method: 'GET' | 'POST';
  /** The query or the form, each name once: the server refuses repeated ones. */
  parameters: Record<string, string>;
  /** The same address as at `begin`. */
  callbackUrl: string;
  kept: Record<string, string>;
  state: string;
}

export interface SignOut {
  /** As `finish` gave it. */
  session: Record<string, string>;
  /** Where the provider sends the browser afterwards, such as `https://<domain>/saml2/logout`. */
  callbackUrl: string;
  state: string;
}

export interface Provider {
  /** Throws ProviderFault `unreachable`, `invalid-answer` or `configuration`. */
  begin(begin: Begin): Promise<Begun>;
  /** Throws ProviderFault of any reason; what it returns is verified. */
  finish(answer: Answer): Promise<ProvenIdentity>;
  /** Where the browser goes to end the session there; undefined when nobody is to be asked. */
  signOut?(signOut: SignOut): Promise<Begun | undefined>;
  /** Verifies what the provider answered to `signOut`; throws ProviderFault. */
  finishSignOut?(answer: Answer): Promise<void>;
}

/** What a pool has stored about a provider, secrets in the clear. */
export interface ProviderRecord {
  name: string;
  /** `ProviderType` of the API. */
  type: string;
  /** `ProviderDetails` of the API. */
  details: Record<string, string>;
  /** `AttributeMapping`: pool attribute to the provider's name. Facebook is asked for these names and no others. */
  mapping?: Record<string, string>;
}

/** What the machine around a provider offers it. One per pool. */
export interface Environment {
  /** The only way out: limits of time and size, no private addresses. It also remembers documents. */
  outgoing: Outgoing;
  clock: Clock;
  /** SAML: `urn:amazon:cognito:sp:<pool id>` names us. */
  poolId: string;
  /** The operator's other addresses of a vendor, by preset: `{ Google: { token_url: '...' } }`. */
  overrides?: Record<string, Record<string, string>>;
  /** Once per key until it expires (milliseconds since the epoch), in all processes: true for the first caller. */
  once(key: string, expiresAt: number): Promise<boolean>;
  /** SAML: the pool's signing key and its certificate, both PEM. */
  signing?(): Promise<{ privateKey: string; certificate: string }>;
}

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
}

/** One type of provider: a line in `registry.ts`. */
export interface ProviderKind {
  /** The one source that `username` may be mapped to; undefined for SAML, where it is the NameID. */
  subject?: string;
  /**
   * Checks what an administrator typed, reads what is published (discovery, SAML metadata), and gives the details as
   * they are stored and described. Throws ProviderFault `configuration`, whose message is for the administrator.
   */
  complete(record: ProviderRecord, environment: Environment): Promise<Record<string, string>>;
  /** Opens a provider; nothing is fetched yet. */
  open(record: ProviderRecord, environment: Environment): Provider;
}

/** A vendor with habits of its own among the providers of type OIDC. */
export interface Preset {
  /** Which `oidc_issuer` is its own. */
  issuer: RegExp;
  kind: ProviderKind;
}

export type FaultReason =
  /** The provider said no, or the person did there. */
  | 'refused'
  /** It gave no answer in time, or may not be reached. */
  | 'unreachable'
  /** It gave something else than its protocol says. */
  | 'invalid-answer'
  /** Something was forged, repeated, expired or meant for another. */
  | 'not-verified'
  /** What is stored about it cannot work. */
  | 'configuration';

export interface FaultOptions extends ErrorOptions {
  error?: 'access_denied' | 'invalid_request' | 'server_error';
  description?: string;
}

/** Why nobody was signed in. The message is for the log (and, for `configuration`, the administrator). */
export class ProviderFault extends Error {
  override name = 'ProviderFault';
  readonly reason: FaultReason;
  /** What the application is told in the redirect (FED-140): the OAuth error, and a text without secrets. */
  readonly error: 'access_denied' | 'invalid_request' | 'server_error';
  readonly description: string;

  constructor(reason: FaultReason, message: string, options: FaultOptions = {}) {
    super(message, { cause: options.cause });
    this.reason = reason;
    this.error = options.error ?? 'server_error';
    this.description = options.description ?? 'Exception processing authorization code';
  }
}
