import type { Context } from 'koa';
import getRawBody from 'raw-body';
import { longerThan } from '../accounts/longer-than.ts';
import { LONGEST_PASSWORD } from '../accounts/password-policy.ts';
import type { Field } from './fields.ts';
import type { PageError } from './sentences.ts';
import type { Input } from './step.ts';
import { say, type Texts } from './texts/texts.ts';

const LIMIT_BYTES = 64 * 1024;
const LONGEST = 2048;

/** A body that is no form of ours: of another type, or too large. */
export class UnreadableForm extends Error {
  override name = 'UnreadableForm';
  readonly status: number;

  constructor(status: number, options?: ErrorOptions) {
    super('The form cannot be read', options);
    this.status = status;
  }
}

/** Reads `application/x-www-form-urlencoded`; of a repeated field the last counts. @throws UnreadableForm */
export async function readForm(ctx: Context): Promise<Record<string, string>> {
  return Object.fromEntries(await readFields(ctx, LIMIT_BYTES));
}

/** The same, with each field as often as it came. @throws UnreadableForm */
export async function readFields(ctx: Context, limit: number): Promise<[name: string, value: string][]> {
  if (!ctx.is('urlencoded')) throw new UnreadableForm(415);
  const body = await getRawBody(ctx.req, {
    limit,
    length: ctx.get('content-length') || undefined,
    encoding: 'utf8',
  }).catch((cause: { status?: number }) => {
    throw new UnreadableForm(cause.status ?? 400, { cause });
  });
  return [...new URLSearchParams(body)];
}

/** Checks what was sent against what the page asks for; knows presence and length, the rest is for the rules. */
export function checkForm(
  t: Texts,
  fields: Field[],
  form: Record<string, string>,
): { input: Input; errors: PageError[] } {
  const typed = new Map(Object.entries(form));
  const checked = fields.map((field) => {
    const value = clean(field, typed.get(field.name) ?? '');
    return { field: field.name, value, text: faultOf(t, field, value) };
  });
  return {
    input: Object.fromEntries(
      checked.filter(({ value }) => value !== '').map(({ field, value }) => [field, value]),
    ),
    errors: checked.flatMap(({ field, text }) => (text === undefined ? [] : [{ field, text }])),
  };
}

/** What is wrong with a value, as a sentence. By hand: a schema would be made anew for each field of each post. */
function faultOf(t: Texts, { label, type, required }: Field, value: string): string | undefined {
  if (required && value === '') return say(t.fields.required, { label });
  const longest = type === 'password' ? LONGEST_PASSWORD : LONGEST;
  return longerThan(value, longest) ? say(t.fields.tooLong, { label }) : undefined;
}

/** Takes away what people and phones add without meaning it; a password is taken as it is. */
function clean(field: Field, value: string): string {
  if (field.type === 'password') return value;
  if (field.name === 'code') return value.replace(/\s/g, '');
  if (field.phone && /^\s*\+[\d\s().-]+$/.test(value)) return value.replace(/[\s().-]/g, '');
  return value.trim();
}
