/**
 * Addresses as people see them, connections always to a Foyer on this machine: names such as
 * `story.auth.us-east-1.example.test` resolve nowhere here, and nobody holds a certificate for them.
 */
import { request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Foyer } from './start.ts';

export type Fetch = (address: string | URL, init?: RequestInit) => Promise<Response>;

/**
 * With `forwarded` requests come as from a proxy that ended TLS in front of Foyer; without, the Host header alone says
 * where they go. Redirects are not followed.
 */
export function fetchThrough(foyer: Pick<Foyer, 'url'>, { forwarded }: { forwarded: boolean }): Fetch {
  const { hostname, port } = new URL(foyer.url);
  return async (address, init = {}) => {
    const { host, pathname, search, protocol } = new URL(address);
    const asked = new Request(address, init);
    const headers = Object.fromEntries(asked.headers);
    if (forwarded) {
      headers['x-forwarded-host'] = host;
      headers['x-forwarded-proto'] = protocol.slice(0, -1);
      headers['x-forwarded-for'] = '203.0.113.7';
    } else headers['host'] = host;
    const body = Buffer.from(await asked.arrayBuffer());
    if (body.length > 0) headers['content-length'] = String(body.length);
    return new Promise((resolve, reject) => {
      const sent = request({ hostname, port, path: pathname + search, method: asked.method, headers });
      sent.on('response', async (answer) => {
        const received = new Headers();
        for (const [name, values = []] of Object.entries(answer.headersDistinct))
          for (const value of values) received.append(name, value);
        const { statusCode: status = 0 } = answer;
        const content = await buffer(answer);
        resolve(new Response(content.length > 0 ? content : null, { status, headers: received }));
      });
      sent.on('error', reject);
      sent.end(body);
    });
  };
}
