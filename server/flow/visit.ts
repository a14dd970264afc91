import type { Context } from 'koa';
import { addressOf } from '../audit.ts';
import { findClient } from '../configuration/find-client.ts';
import { findProviders } from '../configuration/identity-providers/find-provider.ts';
import type { InteractionBridge } from '../oidc/interaction.ts';
import type { Pool } from '../pool.ts';
import { standingOf } from './advance.ts';
import { choicesOf } from './federation/choices.ts';
import { beginAgainAt, type FlowAddress, linksOf } from './links.ts';
import { offersOf } from './offers.ts';
import type { Frame } from './present.ts';
import { recall } from './remembered.ts';
import type { Visit } from './step.ts';
import { acceptedLanguages, pickTexts, type Texts } from './texts/texts.ts';

export interface Visits {
  /** The visit of a page with a live interaction (or this one) that this browser began; undefined when it has none. */
  open(ctx: Context, uid?: string): Promise<Visit | undefined>;
  /** The frame of such a visit's page. */
  frame(visit: Visit): Frame;
  /**
   * Words and frame for a page that belongs to no interaction: the application is not known, the pool is.
   * @param languages that were asked for, best first, where the address does not say
   */
  outside(ctx: Context, languages?: string[]): { t: Texts; frame: Frame };
}

/** Gathers what steps work with, from the request, the interaction and the stores. */
export function openVisits(
  pool: Pool,
  bridge: InteractionBridge,
  address: FlowAddress,
  catalogues: Record<string, Texts>,
): Visits {
  const texts = (ctx: Context, asked: string[]) =>
    pickTexts([...asked, ...acceptedLanguages(ctx.get('accept-language'))], catalogues);
  return {
    async open(ctx, uid) {
      const interaction = await bridge.find(ctx, uid);
      const client = interaction && (await findClient(pool, interaction.clientId));
      if (!interaction || !client) return undefined;
      const outside = client.settings.SupportedIdentityProviders.filter((name) => name !== 'COGNITO');
      const [remembered, standing, providers] = await Promise.all([
        recall(pool, interaction.uid),
        standingOf(pool, interaction.uid),
        findProviders(pool, outside),
      ]);
      const beginAgain = (more: Record<string, string>) => beginAgainAt(address, interaction, more);
      // The application asked for the pool's own people (FED-11).
      const choices = choicesOf(interaction.identityProvider === 'COGNITO' ? [] : providers, beginAgain);
      return {
        ctx,
        address: addressOf(ctx),
        pool,
        t: texts(ctx, interaction.languages),
        client,
        interaction,
        links: linksOf(address, interaction),
        offers: offersOf(pool.settings, client.settings, {
          any: providers.length > 0,
          byEmail: choices.email,
        }),
        providers,
        choices,
        beginAgain,
        remembered,
        standing,
      };
    },

    frame: ({ t, client, interaction }) => ({
      // Where somebody is asked about an application it is not the application that speaks.
      name: (!interaction.consent && client.settings.ClientName) || pool.name,
      t,
      address,
      redirectUri: interaction.redirectUri,
    }),

    outside(ctx, languages = []) {
      const asked = [ctx.query['lang'], ctx.query['ui_locales']]
        .flat()
        .filter((tag) => typeof tag === 'string');
      const t = texts(ctx, [...languages, ...asked.flatMap((tags) => tags.split(' '))]);
      return { t, frame: { name: pool.name, t, address } };
    },
  };
}
