/** What each page is held to, whoever looks at it and with whatever. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { graveFaults } from './axe.ts';

/** axe finds nothing serious, in light and dark. */
export async function assertNoGraveFaults(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    assert.deepEqual(await graveFaults(page), [], colorScheme);
  }
}

/** On a screen of this many pixels nothing is cut off, at 200 % text too, and targets are as large as a finger. */
export async function assertFits(page: Page, pixels: number): Promise<void> {
  const html = page.locator('html');
  for (const size of ['200%', '100%']) {
    const wide = await html.evaluate((root, fontSize) => {
      root.style.fontSize = fontSize;
      return root.scrollWidth;
    }, size);
    assert.ok(wide <= pixels, `${size}: ${wide} pixels wide`);
  }
  const small = await page
    .locator('button, input, .ways-out a, a.primary, a.provider')
    .evaluateAll((elements) =>
      elements
        .map((element) => ({ element, box: element.getBoundingClientRect() }))
        .filter(({ box }) => box.width > 0 && (box.height < 44 || box.width < 44))
        .map(({ element, box }) => `${element.outerHTML.slice(0, 80)} ${box.width}x${box.height}`),
    );
  assert.deepEqual(small, []);
}

/** What has the focus, and how that is seen. */
export const focused = (page: Page) =>
  page.locator(':focus').evaluate((element) => {
    const { outlineStyle, outlineWidth } = element.ownerDocument.defaultView.getComputedStyle(element);
    const name = (element.textContent || element.getAttribute('name'))?.trim();
    return { name, outline: `${outlineStyle} ${outlineWidth}` };
  });
