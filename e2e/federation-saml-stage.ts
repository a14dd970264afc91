/**
 * The story's pool with two SAML identity providers of the tests, which lie when they are told to. The browser carries
 * what they say, as a form that another site posts. Beside `federation-stage.ts`, which has providers by OpenID Connect.
 */
import assert from 'node:assert/strict';
import { CreateIdentityProviderCommand, ListUsersCommand } from '@aws-sdk/client-cognito-identity-provider';
import {
  type Lies,
  readRequest,
  type SamlIdentityProvider,
  samlIdentityProvider,
} from '#federation/testing/saml-identity-provider.ts';
import { openFederation, type Texts } from './federation-stage.ts';
import { type HttpSession, openHttpSession, type Page } from './http-session.ts';
import { authorizeUrl, callbackOf } from './person.ts';
import { startFoyer } from './start.ts';
import { STORY, storyPool } from './story-pool.ts';

export const EMAIL = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress';
export const ENTITY = `urn:amazon:cognito:sp:${STORY.poolId}`;
export const inStory = { UserPoolId: STORY.poolId };

/** A page of ours that says what happened, with the number under which the log has the cause. */
export function errorPage(page: Page): string {
  assert.equal(page.status, 400, `${page.status} ${page.location}`);
  assert.equal(page.location, undefined);
  return /Request ([\w-]+)/.exec(page.body)?.[1] ?? assert.fail('the page has no request id');
}

/** The application hears that nobody signed in; gives what it is told. */
export function toldNo(page: Page, error = 'server_error'): string {
  const answer = callbackOf(page);
  assert.equal(answer.get('error'), error, page.location);
  assert.equal(answer.get('state'), 'a state');
  assert.equal(answer.get('code'), null);
  return answer.get('error_description') ?? '';
}

export async function openSamlStage() {
  const foyer = await startFoyer({ poolFile: storyPool() });
  const at = await openFederation(foyer);
  let shift = 0;
  const now = () => Date.now() + shift;
  const corp = samlIdentityProvider('https://corp.example.com/metadata', now);
  const rival = samlIdentityProvider('https://rival.example.com/metadata', now);

  const create = (ProviderName: string, ProviderDetails: Texts, AttributeMapping?: Texts) =>
    at.sdk.send(
      new CreateIdentityProviderCommand({
        ...inStory,
        ProviderName,
        ProviderType: 'SAML',
        ProviderDetails,
        AttributeMapping: { email: EMAIL, name: 'displayName', ...AttributeMapping },
      }),
    );
  const add = (name: string, idp: SamlIdentityProvider, details: Texts = {}) =>
    create(name, { MetadataFile: idp.metadata(), IDPSignout: 'true', ...details });

  /** As far as the provider: the address that the browser is sent to. */
  async function toProvider(session: HttpSession, identity_provider = 'Corp'): Promise<string> {
    const page = await session.follow(
      await session.get(authorizeUrl(at.hosted, { identity_provider })),
      at.hosted,
    );
    return page.location ?? assert.fail(`${page.status} at ${page.url}`);
  }

  /** What the provider makes the browser post, which carries no lax cookies then; the browser goes on with its own. */
  async function post(session: HttpSession, form: Texts, path = 'idpresponse'): Promise<Page> {
    const posted = await openHttpSession().post(`${at.hosted}/saml2/${path}`, form, {
      origin: 'https://corp.example.com',
    });
    return session.follow(posted, at.hosted);
  }

  /** The whole way through a provider, Corp unless another is named. */
  async function arrive(
    who: string,
    lies: Lies = {},
    { session = openHttpSession(), provider = 'Corp', idp = corp } = {},
  ): Promise<Page> {
    return post(session, idp.answer(who, readRequest(await toProvider(session, provider)), lies));
  }

  await add('Corp', corp);
  await add('Rival', rival);
  await at.enable('COGNITO', 'Corp', 'Rival');
  return {
    foyer,
    ...at,
    corp,
    rival,
    create,
    add,
    toProvider,
    post,
    arrive,
    now,
    /** Turns the clocks of Foyer and of the providers. */
    async later(ms: number) {
      shift += ms;
      await foyer.shiftClock(ms);
    },
    /** How many people there are. */
    count: async () => (await at.sdk.send(new ListUsersCommand(inStory))).Users?.length,
  };
}
