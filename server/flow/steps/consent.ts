/**
 * Asks the person of the session what an application may learn of them and do in their name. It says who asks, as far
 * as somebody vouches for that, and where the browser goes afterwards, which nobody can make up.
 */
import { openIdSettingsOf } from '../../configuration/openid/features.ts';
import { Refusal } from '../../errors.ts';
import type { Pool } from '../../pool.ts';
import { labelOf } from '../session-person.ts';
import type { Shown, Step, Visit } from '../step.ts';
import { say, type Texts } from '../texts/texts.ts';

export const consent: Step = {
  name: 'consent',
  // Never drawn: the two buttons of the view send it.
  fields: ({ t }) => [
    { name: 'answer', label: t.consent.allow, type: 'text', autocomplete: 'off', required: true },
  ],
  show,
  submit: async ({ interaction }, { answer }) => ({
    consent: answer === 'allow' ? 'given' : 'refused',
    account: interaction.consent?.accountId,
  }),
};

async function show(visit: Visit): Promise<Shown> {
  const { t, pool, client, interaction } = visit;
  const account = interaction.consent && (await pool.accounts.find(interaction.consent.accountId));
  if (!account) throw new Refusal('attempt-expired');
  const own = openIdSettingsOf(pool, client);
  const application = own.client_name || client.settings.ClientName || pool.name;
  const texts = (text: string) => say(text, { application });
  return {
    heading: texts(t.consent.heading),
    person: say(t.consent.person, { person: labelOf(account) }),
    intro: texts(t.consent.intro),
    asked: asked(visit),
    // A device is not gone back to.
    goesBack: interaction.redirectUri && say(t.consent.back, { host: hostOf(interaction.redirectUri) }),
    warning: own.registered && t.consent.registered,
    // Whoever registered themselves could borrow the sign of another.
    image: !own.registered && own.logo_uri?.startsWith('https:') ? own.logo_uri : undefined,
    documents: [
      { href: own.policy_uri, text: texts(t.consent.policy) },
      { href: own.tos_uri, text: texts(t.consent.terms) },
    ].filter(({ href }) => href !== undefined),
    another: visit.links['sign-in'],
  };
}

/** In plain words, what somebody will recognize and understand; the application's own words are never among them. */
function asked({ t, pool, interaction }: Visit): string[] {
  const { scopes = [], claims = [], resources = [] } = interaction.consent ?? {};
  const attributes: Record<string, string> = t.labels.attributes;
  return [
    ...scopes.map((scope) => scopeText(t, pool, scope)),
    ...claims.map((claim) => say(t.consent.claim, { label: attributes[claim] ?? claim })),
    ...resources.map((resource) => say(t.consent.resource, { resource })),
  ];
}

/** A resource server's scope in its own description. */
function scopeText(t: Texts, { resourceServers }: Pick<Pool, 'resourceServers'>, scope: string): string {
  const known = new Map(Object.entries(t.consent.scopes)).get(scope);
  const own = resourceServers.flatMap(({ identifier, scopes }) =>
    scopes.filter(({ ScopeName }) => `${identifier}/${ScopeName}` === scope),
  )[0];
  return known ?? say(t.consent.scope, { scope: own?.ScopeDescription || scope });
}

/** Of an app on the device there is nothing but its scheme. */
function hostOf(redirectUri: string): string {
  const { host, protocol } = new URL(redirectUri);
  return /^https?:$/.test(protocol) ? host : protocol.replace(/:$/, '');
}
