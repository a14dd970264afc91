/**
 * A browser or an application as far as a server can tell, and as cheap as possible: kept connections, cookies by
 * name and path, redirects followed by whoever asks. `fetch` would cost more than some of the answers.
 */
import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import type { Target } from '../scene.ts';
import { type CookieJar, openCookieJar } from './cookie-jar.ts';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
  /** Where it came from, absolute. */
  url: string;
}

export interface HttpClient {
  jar: CookieJar;
  get(path: string): Promise<Answer>;
  /** Posts a form. */
  post(path: string, form: Record<string, string>, headers?: Record<string, string>): Promise<Answer>;
  /** Calls an operation of the JSON API, signed by the headers that are given. Throws unless it succeeds. */
  call(operation: string, input: object, signed?: Record<string, string>): Promise<Record<string, unknown>>;
}

const FORM = 'application/x-www-form-urlencoded';
/** A server that takes so long is broken, and waiting on would hide it. */
const TIMEOUT_MS = 30_000;

export function openHttpClient({ origin, ports }: Pick<Target, 'origin' | 'ports'>): HttpClient {
  const agent = new Agent({ keepAlive: true });
  const jar = openCookieJar();
  const host = new URL(origin).host;
  let turn = 0;

  const send = (method: string, path: string, headers: Record<string, string>, body = '') =>
    new Promise<Answer>((resolve, reject) => {
      const cookie = jar.header(path);
      const sent = request({
        agent,
        host: '127.0.0.1',
        port: ports[turn++ % ports.length],
        method,
        path,
        headers: { host, accept: 'text/html', ...headers, ...(cookie && { cookie }) },
        timeout: TIMEOUT_MS,
      });
      sent.once('timeout', () => sent.destroy(new Error(`${method} ${path} was not answered in time`)));
      sent.once('error', reject);
      sent.once('response', (answer) => {
        jar.take(answer.headers['set-cookie']);
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (part: string) => {
          text += part;
        });
        answer.once('error', reject);
        answer.once('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            body: text,
            url: origin + path,
          }),
        );
      });
      sent.end(body);
    });

  return {
    jar,
    get: (path) => send('GET', path, {}),
    post: (path, form, headers = {}) => {
      const body = new URLSearchParams(form).toString();
      const described = { 'content-type': FORM, 'content-length': String(Buffer.byteLength(body)) };
      return send('POST', path, { ...described, ...headers }, body);
    },
    call: async (operation, input, signed = {}) => {
      const body = JSON.stringify(input);
      const described = {
        'content-type': 'application/x-amz-json-1.1',
        'content-length': String(Buffer.byteLength(body)),
        'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
        ...signed,
      };
      const answer = await send('POST', '/', described, body);
      if (answer.status !== 200)
        throw new Error(`${operation}: ${answer.status} ${answer.body.slice(0, 500)}`);
      return JSON.parse(answer.body) as Record<string, unknown>;
    },
  };
}
