/**
 * A real browser, Debian's Chromium, for the stories in which a person looks at pages. One per test file; each story
 * takes a context of its own (`browser.newContext()`), which begins without cookies.
 */
import { after } from 'node:test';
import { type Browser, chromium } from 'playwright-core';
import { readTools } from './services.ts';

/** Chromium as root in a closed network: no sandbox, and none of its own calls home, which would fail one by one. */
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

let opened: Promise<Browser> | undefined;
after(async () => {
  await (await opened)?.close();
});

/**
 * The browser of this test file, started at the first call with an empty profile, closed when the file ends.
 * @param flags of the command line; only those of the first call count.
 */
export function openBrowser(flags: string[] = []): Promise<Browser> {
  opened ??= chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? readTools().chromium,
    args: [...FLAGS, ...flags],
    // Small containers have a small /dev/shm, and Chromium crashes in it.
    chromiumSandbox: false,
  });
  return opened;
}
