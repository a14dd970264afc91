/** What a person does at the form that stands in for the hosted pages. */
import type { Interaction } from '../interaction.ts';
import type { Browser, Visit } from './browser.ts';

/** The stand-in page says what pages are told. */
export type Page = Interaction & { page: 'login' | 'consent' | 'error' };

/** Follows redirects to the page at their end; `page` is undefined when they lead away from the pool. */
export async function openPage(
  browser: Browser,
  path: string,
): Promise<{ url: string; location: string; page: Page | undefined }> {
  const { url, location, text } = await browser.follow(path);
  return { url, location, page: text.startsWith('{') ? JSON.parse(text) : undefined };
}

/** Signs in as the person with this name; the answer leads back to the endpoints. */
export function submit(browser: Browser, url: string, username: string): Promise<Visit> {
  return browser.visit(url, { method: 'POST', body: new URLSearchParams({ username }) });
}

/** Continues as the person with this account id, whether the page offered that or not. */
export function continueAs(browser: Browser, url: string, accountId: string): Promise<Visit> {
  return browser.visit(url, { method: 'POST', body: new URLSearchParams({ continue: accountId }) });
}
