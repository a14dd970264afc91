/**
 * The hosted pages. A step is one page of a sign-in: it shows a form, hands what was typed to one rule of
 * `accounts`, and says where it ends. Its neighbours are the rules below it and `oidc/interaction.ts`, which holds
 * the request that waits for the person. A step never decides what comes next (`advance.ts` does), never knows
 * another step, and never meets the JSON API.
 */
import type { Context } from 'koa';
import type { Account } from '#adapters/accounts/store.ts';
import type { Attempt } from '../accounts/sign-in/attempt.ts';
import type { Challenge } from '../accounts/sign-in/next-challenge.ts';
import type { IdentityProvider } from '../configuration/identity-providers/find-provider.ts';
import type { Interaction, Through } from '../oidc/interaction.ts';
import type { Client, Pool } from '../pool.ts';
import type { Choices } from './federation/choices.ts';
import type { Field } from './fields.ts';
import type { Links } from './links.ts';
import type { Offers } from './offers.ts';
import type { StepName } from './paths.ts';
import type { Notice, Remembered } from './remembered.ts';
import type { Texts } from './texts/texts.ts';

/** What a page outside of a sign-in may use. */
export interface PageVisit {
  ctx: Context;
  pool: Pool;
  /** The page's words in the person's language. */
  t: Texts;
  /** The client's, as far as it is known. */
  address?: string;
}

/** How far the person is in this sign-in. */
export interface Standing {
  attempt: Attempt;
  account: Account;
  challenge: Challenge;
}

/** What a step may use: a live interaction that this browser began, and who it is for. */
export interface Visit extends PageVisit {
  client: Client;
  interaction: Interaction;
  links: Links;
  offers: Offers;
  /** Providers outside that the client has enabled and the pool has, in the client's order. */
  providers: IdentityProvider[];
  choices: Choices;
  /** Where a sign-in like this one begins, with another word about providers. */
  beginAgain(more: Record<string, string>): string;
  remembered: Remembered;
  /** Absent until a password was proven. */
  standing?: Standing;
}

/** The values of a form by field name, trimmed, each within its bounds; what was left empty is not there. */
export type Input = Record<string, string>;

/** What a view is given, besides the frame. */
export interface Shown {
  /** The page's one heading, and its title. */
  heading: string;
  /** 200 when absent. */
  status?: number;
  /** Whose password it is, for the password manager, where the form does not ask for it. */
  username?: string;
  /** An https address elsewhere of a picture on the page. */
  image?: string | undefined;
  [more: string]: unknown;
}

/**
 * Where a step ends. `advance` asks what is next in the sign-in; `began` does too, for one that has just begun and is
 * stored nowhere yet; `to` goes to a page that belongs to this one, say
 * the one for a code; `continueSession` goes on as the person who is signed in already; `consent` is what they answered
 * to what the application wants; `onward` leads to
 * another address of ours, which may lead out of it at once. `notice` is shown on the
 * page that comes, `remember` kept for it.
 */
export type Outcome = (
  | { advance: true }
  | { began: { attempt: Attempt; account: Account }; through?: Through }
  | { to: StepName }
  | { continueSession: true }
  | { consent: 'given' | 'refused' }
  | { onward: string }
) & {
  notice?: Notice;
  remember?: Pick<Remembered, 'username' | 'delivery'>;
  /** Whose account the step was about, when it knows better than the sign-in so far; for the audit. */
  account?: string;
};

export const ADVANCE: Outcome = { advance: true };

export interface Step {
  /** The view is `views/pages/<name>.ejs`, the path that of `paths.ts`. */
  name: StepName;
  /** The challenge that this page answers: nobody else sees it, so no step can be skipped by its address. */
  answers?: Challenge['name'];
  /** What the pool and client must offer for this page to be there. */
  needs?: keyof Offers;
  /** The same for looking at it, where that takes less. */
  shows?: keyof Offers;
  /** The provider to send the browser to in place of this page. */
  straight?(visit: Visit): IdentityProvider | undefined;
  /** What the form asks for; a submitted form is checked against it. */
  fields(visit: Visit): Field[];
  show(visit: Visit): Promise<Shown> | Shown;
  /** Throws Refusal: the same page is shown again with its sentence. */
  submit(visit: Visit, input: Input): Promise<Outcome>;
}

/** A page outside of a sign-in: it is only looked at. */
export interface Page {
  name: StepName;
  show(visit: PageVisit): Promise<Shown> | Shown;
}
