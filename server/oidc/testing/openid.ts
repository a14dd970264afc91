/** A stage in the `openid` profile, and what its tests read of answers. */
import assert from 'node:assert/strict';
import type { Browser } from './browser.ts';
import { openStage, type Stage, type StageOptions } from './stage.ts';

export const SECRET = 'a-secret-of-the-tests-with-more-than-32-bytes';

export function openOpenIdStage(options: StageOptions = {}): Promise<Stage> {
  return openStage({ ...options, tags: { 'foyer:profile': 'openid', ...options.tags } });
}

/** The answer at the end of a redirect, wherever it stands. */
export function answerOf(end: URL | string): Record<string, string> {
  const { search, hash } = new URL(end);
  return Object.fromEntries(new URLSearchParams(hash ? hash.slice(1) : search));
}

/** The answer without anybody being asked anything. */
export async function answerAtOnce(browser: Browser, path: string): Promise<Record<string, string>> {
  const { location, text } = await browser.follow(path);
  assert.notEqual(location, '', `somebody was asked something: ${text}`);
  return answerOf(location);
}

/** What was shown in place of an answer: the page that stands in for a hosted one. */
export async function shownAt(
  browser: Browser,
  path: string,
): Promise<Record<string, unknown> & { url: string }> {
  const { url, location, text } = await browser.follow(path);
  assert.equal(location, '', `nobody was asked anything: ${location}`);
  return { ...JSON.parse(text), url };
}
