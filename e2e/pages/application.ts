import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after } from 'node:test';
import type { BrowserContext, Page } from 'playwright-core';
import { openBrowser } from '../browser.ts';
import { authorizeUrl, hostedAt } from '../person.ts';
import { type Foyer, startFoyer } from '../start.ts';
import { STORY, storyPool } from '../story-pool.ts';

export interface Application {
  foyer: Foyer;
  hosted: string;
  /** Where the pages send people back to: a server that says nothing. */
  callback: string;
  /** Serves this page on another site: a site is told by its host, whatever the port. */
  trap(html: string): string;
  /** As an application sends a browser to sign in. */
  authorizeUrl(extra?: Record<string, string>): string;
  /** Waits until the browser is back in the application; gives what it brought along. */
  back(page: Page): Promise<URLSearchParams>;
  /** The code that is mailed to the address once `send` was done: a mail may leave after the page has answered. */
  mailedAfter(email: string, send: () => Promise<void>): Promise<string>;
  /** Who the ID token for this code is about. */
  emailOf(code: string | null): Promise<string>;
}

/** A Foyer with the story pool, and a real application at its callback. */
export async function startApplication(change: Record<string, unknown> = {}): Promise<Application> {
  let trap = '';
  const server = createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end(request.url === '/trap' ? trap : '<title>The application</title>');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const callback = `http://localhost:${port}/callback`;
  const quoted = JSON.stringify(STORY.callback);
  const text = JSON.stringify(storyPool(change)).replaceAll(quoted, `${quoted},${JSON.stringify(callback)}`);
  const foyer = await startFoyer({ poolFile: JSON.parse(text) });
  const hosted = hostedAt(foyer);
  return {
    foyer,
    hosted,
    callback,
    trap(html) {
      trap = html;
      return `http://127.0.0.1:${port}/trap`;
    },
    authorizeUrl: (extra) => authorizeUrl(hosted, { redirect_uri: callback, ...extra }),
    async back(page) {
      await page.waitForURL((url) => url.href.startsWith(callback));
      return new URL(page.url()).searchParams;
    },
    async mailedAfter(email, send) {
      const mails = async () => (await foyer.mailbox()).filter(({ to }) => to === email);
      const before = (await mails()).length;
      await send();
      for (let asked = 0; asked < 1000; asked++) {
        const [newest, ...older] = await mails();
        const code = /\b\d{6}\b/.exec(newest?.text ?? '')?.[0];
        if (older.length >= before && code) return code;
      }
      throw new Error(`No mail came for ${email}`);
    },
    async emailOf(code) {
      const response = await fetch(`${hosted}/oauth2/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          client_id: STORY.publicClient,
          redirect_uri: callback,
          code: code ?? '',
        }),
      });
      assert.equal(response.status, 200);
      const { id_token } = (await response.json()) as { id_token: string };
      return JSON.parse(Buffer.from(id_token.split('.')[1] ?? '', 'base64url').toString()).email;
    },
  };
}

/** The browser of one person. */
export async function openContext(
  options?: Parameters<Awaited<ReturnType<typeof openBrowser>>['newContext']>[0],
): Promise<BrowserContext> {
  return (await openBrowser()).newContext(options);
}
