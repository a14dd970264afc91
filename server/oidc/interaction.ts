/**
 * The bridge between hosted pages (`flow`) and the OAuth machinery (`oidc`): the only file of this folder that
 * pages know. An interaction is one authorize request that waits for a person; pages find it by its uid, and end it
 * with the person who signed in.
 */
import type { Context } from 'koa';

export interface Interaction {
  /** Opaque, unguessable, good for one sign-in; travels as the query parameter `interaction`. */
  uid: string;
  clientId: string;
  /** The query of the authorize (or login) request exactly as it was made, without `?`; never holds `interaction`. */
  query: string;
  /** Already checked against the client: where the person will end. */
  redirectUri: string;
  /** Names to try first in the username field. */
  loginHint?: string;
  /** `lang` or `ui_locales` of the request: preferred languages, best first. */
  languages: string[];
  /**
   * The account of the live hosted session, for "continue as"; absent when there is none, and when the application
   * demands that the person prove anew who they are (`prompt=login`, `max_age`).
   */
  signedInAs?: string;
  /** `identity_provider` of the request, which wins over the next. Enabled for the client when it was asked for. */
  identityProvider?: string;
  /** `idp_identifier` of the request. */
  idpIdentifier?: string;
  /** What the person of the hosted session is asked to allow; absent where they must sign in or choose who they are. */
  consent?: AskedConsent & { accountId: string };
}

/** What an application wants: scopes, claims that it names one by one, and resources that its tokens are for. */
export interface AskedConsent {
  scopes: string[];
  claims: string[];
  resources: string[];
}

/** An answer that the browser posts to the application (`response_mode=form_post`). */
export interface AnswerForm {
  /** Registered for the client. */
  action: string;
  fields: [name: string, value: string][];
  /** Language tags, best first. */
  languages: string[];
}

/**
 * What the endpoints must show a person; `flow` shows it. They are handed a way to get at it, since pages are opened
 * with the bridge that the endpoints give.
 */
export interface HostedPages {
  /** The error page with status 400 in answer to this very request. */
  showError(ctx: Context, fault: { error: string; clientId?: string }): Promise<void>;
  /** Where the browser goes to end the session at a provider too, and from there to `to`; undefined when nowhere. */
  leaveThrough(ctx: Context, through: Through, to: string): Promise<string | undefined>;
  signOut: SignOutPages;
  /** A page that posts itself to the application. */
  sendForm(ctx: Context, form: AnswerForm): void;
}

export interface SignOutPages {
  /** Asks whether they mean it. The form posts the query again, with the answer and the proof that it is ours. */
  ask(ctx: Context, asked: { application?: string | undefined; query: string }): void;
  /** The answer of that form, and the query without it; undefined when the request is not from it. */
  answer(ctx: Context, form: string): { answer: 'leave' | 'stay'; query: string } | undefined;
  /** They stay signed in. */
  stayed(ctx: Context): void;
  /** Opens these addresses in frames, if there are any, then leads on. */
  leaveElsewhere(ctx: Context, leaving: { frames: string[]; to: string }): void;
}

/** Pages of a sign-in on a device, below the pool's address. They are there in the `openid` profile only. */
export const DEVICE_PAGES = {
  enter: '/device',
  confirm: '/deviceConfirm',
  done: '/deviceDone',
  cancelled: '/deviceCancelled',
  failed: '/deviceFailed',
  expired: '/deviceExpired',
} as const;

/** A device that waits for somebody to allow it (RFC 8628), as they are told of it. */
export interface WaitingDevice {
  /** As the device shows it, such as `WDJB-MJHT`. */
  userCode: string;
  /** Who is signed in, and would be signed in on the device. */
  accountId: string;
  /** Where the device asked from. */
  address?: string;
}

export interface DeviceBridge {
  /**
   * Begins a sign-in for the device that shows this code, as somebody typed it. Returns the address to send the browser
   * to, undefined when no device waits under that code. Throws Refusal `too-many-requests` to who tries too many.
   */
  begin(ctx: Context, userCode: string): Promise<string | undefined>;
  /** What whoever signed in is asked; undefined before they did, and when the device waits no more. */
  asked(ctx: Context, interaction: Interaction): Promise<WaitingDevice | undefined>;
  /**
   * They allowed it (`deny` is for who did not). Returns the address to send the browser to. Single use; throws Refusal
   * `attempt-expired` when there is nothing to allow any more.
   */
  allow(ctx: Context, interaction: Interaction): Promise<string>;
}

/** The provider outside through which somebody signed in, and what it wants to know when they sign out. */
export interface Through {
  provider: string;
  session: Record<string, string>;
}

export interface InteractionBridge {
  /** Absent in pools where devices do not sign in. */
  device?: DeviceBridge;

  /**
   * The interaction that the request names, or `uid`, if it is alive and was begun by this browser (a cookie of ours binds
   * them); undefined otherwise.
   */
  find(ctx: Context, uid?: string): Promise<Interaction | undefined>;

  /**
   * Ends the interaction for the person who signed in and returns the address to send the browser to with a 302.
   * `authTime` is when they proved who they are, in milliseconds since the epoch; `epoch` the account's at that time.
   * Single use: a second call throws Refusal `attempt-expired`.
   */
  finish(
    ctx: Context,
    interaction: Interaction,
    signedIn: { accountId: string; epoch: number; authTime: number; through?: Through },
  ): Promise<string>;

  /**
   * Ends the interaction without a person: the application is told this error (RFC 6749 section 4.1.2.1) and this text.
   * Returns the address to send the browser to. Single use as `finish`.
   */
  deny(interaction: Interaction, told: { error: string; description: string }): Promise<string>;

  /**
   * Ends the interaction for the person of the hosted session (`signedInAs`), who keeps the time at which they
   * signed in, and returns the address to send the browser to. Single use as `finish`; throws Refusal
   * `attempt-expired` too when the session has ended or is someone else's by now.
   */
  continueSession(ctx: Context, interaction: Interaction): Promise<string>;

  /**
   * The person of the hosted session allows what `consent` says. Returns the address to send the browser to. Single use
   * as `finish`; throws Refusal `attempt-expired` too when the session has ended or is someone else's by now.
   */
  consent(ctx: Context, interaction: Interaction): Promise<string>;
}
