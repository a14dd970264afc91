/** Reads what providers answer and publish: JSON objects, and the errors of OAuth, from whatever they really send. */
import { ProviderFault } from './provider.ts';

export type Json = Record<string, unknown>;

/** A member that is text and not empty. */
export function text(json: Json, name: string): string | undefined {
  const value = json[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The JSON object in an answer. Throws ProviderFault `invalid-answer` for HTML, lists, and what does not parse. */
export async function readJson(response: Response, purpose: string): Promise<Json> {
  const json = await parsed(response);
  if (json && typeof json === 'object' && !Array.isArray(json)) return json as Json;
  // What it sent instead may be a page with names of people on it: not for the log.
  const kind = response.headers.get('content-type') ?? 'no type';
  throw new ProviderFault('invalid-answer', `${purpose} answered ${response.status} and no JSON (${kind})`, {
    error: 'invalid_request',
    description: `Invalid answer of ${purpose}`,
  });
}

/** The JSON objects in an answer that is a list of them; none when it is anything else. */
export async function readList(response: Response): Promise<Json[]> {
  const json = response.ok ? await parsed(response) : undefined;
  return Array.isArray(json) ? json.filter((entry) => entry && typeof entry === 'object') : [];
}

async function parsed(response: Response): Promise<unknown> {
  try {
    return JSON.parse(await response.text());
  } catch {
    return undefined;
  }
}

/** An answer of success as JSON; any other becomes the fault that `refusedBy` makes of it. */
export async function readSuccess(
  response: Response,
  name: string,
  purpose: string,
  secrets: readonly string[] = [],
): Promise<Json> {
  if (response.ok) return readJson(response, purpose);
  const json = await readJson(response, purpose).catch((): Json => ({}));
  throw refusedBy(name, purpose, response.status, json, secrets);
}

/** `error` and `error_description` of OAuth, or Facebook's and Google's objects in the same place. */
function errorOf(json: Json): string[] {
  const { error } = json;
  if (error && typeof error === 'object') {
    const { code, message } = error as Json;
    return [code, message].filter((part) => part !== undefined).map(String);
  }
  return [text(json, 'error'), text(json, 'error_description')].filter((part) => part !== undefined);
}

/**
 * A refusal of a server that was called: `CorpOkta Error - 400 invalid_grant ...` (FED-142). What a provider writes
 * goes to the application in an address, so it is cut and held to the characters that RFC 6749 4.1.2.1 lets through.
 * @param secrets what it was sent and may repeat: our secret, the code, the access token ("Malformed access token ...")
 */
export function refusedBy(
  name: string,
  purpose: string,
  status: number,
  json: Json,
  secrets: readonly string[] = [],
): ProviderFault {
  const said = printable(hide([String(status), ...errorOf(json)].join(' '), secrets));
  return new ProviderFault('refused', `${purpose} refused: ${said}`, {
    error: 'invalid_request',
    description: `${printable(name)} Error - ${said}`,
  });
}

/** What came back through the browser instead of a code (FED-61). */
export function refusedInBrowser(name: string, error: string, description?: string): ProviderFault {
  const said = printable(description || error);
  // Apple has a word of its own for a person who cancels.
  const denied = error === 'access_denied' || error === 'user_cancelled_authorize';
  return new ProviderFault('refused', `the provider answered ${printable(error)}: ${said}`, {
    error: denied ? 'access_denied' : 'invalid_request',
    description: `${printable(name)} Error - ${said}`,
  });
}

/** As they are, and as they are written in forms and addresses. */
function hide(said: string, secrets: readonly string[]): string {
  const written = secrets
    // What is so short is no secret, and would tear holes into every sentence.
    .filter((secret) => secret.length > 3)
    .flatMap((secret) => [secret, new URLSearchParams([['', secret]]).toString().slice(1)]);
  return written.reduce((text, form) => text.replaceAll(form, '***'), said);
}

/** What a provider says, as far as it may stand in an `error_description` (RFC 6749 4.1.2.1); no longer than a sentence. */
export const printable = (said: string) =>
  said.replaceAll(/[^\x20\x21\x23-\x5b\x5d-\x7e]/g, '?').slice(0, 200);
