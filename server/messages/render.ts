import { randomUUID } from 'node:crypto';
import type { PoolSettings } from '#adapters/directory/records.ts';
import { render, renderText } from '../views.ts';
import { MESSAGES, type Message } from './catalog.ts';
import { oneLine } from './one-line.ts';
import { plainText } from './plain-text.ts';

export interface Rendered {
  subject: string;
  text: string;
  html: string;
}

/** Characters, with what was put in (9.12). */
const LONGEST_SMS = 140;
const LONGEST_SUBJECT = 140;
const LONGEST_BODY = 20_000;

/** A message that came out longer than it may be. */
export class MessageTooLong extends Error {
  override name = 'MessageTooLong';
}

/**
 * Stands for the body while the view is rendered: views escape every value, and the body is HTML on purpose, written
 * by the administrator of the pool. Not to be guessed, so that no template can hold it.
 */
const BODY = randomUUID();

/**
 * Fills the pool's template for a message and puts it in its frame.
 * @throws MessageTooLong
 */
export function renderMessage(settings: PoolSettings, message: Message): Rendered {
  const template = MESSAGES[message.name].email(settings);
  const subject = oneLine(substitute(template.subject, message, (value) => value));
  const body = substitute(template.body, message, escapeHtml);
  if ([...subject].length > LONGEST_SUBJECT || [...body].length > LONGEST_BODY)
    throw new MessageTooLong(`The ${message.name} message is too long`);

  const views = `emails/${message.name}`;
  return {
    subject: renderText(`${views}/subject`, { subject }).trim(),
    text: renderText(`${views}/text`, { text: plainText(body) }),
    html: isDocument(body)
      ? body
      : render(`${views}/html`, { subject, body: BODY }).replace(BODY, () => body),
  };
}

/**
 * Fills the pool's template for a text message. Nothing in it is markup, so nothing is escaped.
 * @throws MessageTooLong
 */
export function renderSms(settings: PoolSettings, message: Message): string {
  const template = MESSAGES[message.name].sms?.(settings);
  if (template === undefined) throw new Error(`The ${message.name} message is for e-mail only`);
  const text = substitute(template, message, (value) => value);
  if ([...text].length > LONGEST_SMS) throw new MessageTooLong(`The ${message.name} message is too long`);
  return text;
}

/**
 * Replaces placeholders in one pass, so that a username such as `{####}` stays what it is (USR-226, USR-228). The text
 * of a link is the administrator's HTML and goes in as it stands.
 */
function substitute(template: string, { data }: Message, escaped: (value: string) => string): string {
  return template.replace(/\{####\}|\{username\}|\{##([^{}]*)##\}/g, (placeholder, linkText?: string) => {
    if (placeholder === '{username}') return escaped(data.username);
    if (placeholder === '{####}') return 'code' in data ? escaped(data.code) : placeholder;
    return 'link' in data ? `<a href="${escapeHtml(data.link)}">${linkText}</a>` : placeholder;
  });
}

/** A template that is a whole document brings its own frame. */
function isDocument(html: string): boolean {
  return /<html[\s>]/i.test(html);
}

function escapeHtml(value: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return value.replace(/[&<>"']/g, (character) => entities[character] ?? '&#39;');
}
