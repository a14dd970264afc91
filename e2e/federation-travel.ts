/** The way from the application to a vendor of the tests and back, by a browser without a screen. */
import assert from 'node:assert/strict';
import { decodeJwt } from 'jose';
import { openHttpSession, type Page } from './http-session.ts';
import { authorizeUrl, callbackOf, redeem } from './person.ts';
import type { Foyer } from './start.ts';

export function travel(foyer: Pick<Foyer, 'url'>, hosted: string) {
  /** From the application to the vendor's page, which is not looked at yet. */
  async function leave(provider: string, session = openHttpSession()) {
    const start = await session.get(authorizeUrl(hosted, { identity_provider: provider }));
    const { location = '' } = await session.follow(start, foyer.url);
    return { session, to: new URL(location) };
  }

  return {
    leave,

    /** The whole way. A post from the vendor's page is of another site: no cookie of ours goes with it. */
    async arrive(provider: string, who = 'maria'): Promise<Page> {
      const { session, to } = await leave(provider);
      const there = await session.get(to.href, { 'x-person': who });
      const back = there.location
        ? await session.get(there.location)
        : await session.get((await openHttpSession().submit(there, {})).location ?? '');
      return session.follow(back, foyer.url);
    },

    /** What the application learns of the person who arrived. */
    async claims(page: Page) {
      const { body } = await redeem(hosted, callbackOf(page).get('code') ?? assert.fail(page.location));
      return decodeJwt(body['id_token'] ?? '');
    },
  };
}
