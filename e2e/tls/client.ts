/**
 * Clients of a Foyer that speaks TLS: they trust one authority, and find every host on this machine, as DNS entries
 * would lead them. `fetch` knows neither, so requests go through node:https.
 */
import { Agent, type RequestOptions, request } from 'node:https';
import type { LookupFunction } from 'node:net';
import { connect, type PeerCertificate } from 'node:tls';

export interface TlsClient {
  /** Like `fetch` without following redirects. The body is text. */
  fetch(url: string, init?: RequestInit): Promise<Response>;
  /** Shakes hands as a client that wants this host does, on a connection of its own, and gives what it was shown. */
  handshake(port: number, servername: string): Promise<PeerCertificate>;
  /** For clients that take Node's own agent. */
  agent: Agent;
}

/** Whatever the host, it is this machine. */
export const lookup: LookupFunction = (_, options, answer) => {
  if (options.all) answer(null, [{ address: '127.0.0.1', family: 4 }]);
  else answer(null, '127.0.0.1', 4);
};

/** @param ca PEM: the authority that the client trusts, and no other. */
export function openTlsClient(ca: string): TlsClient {
  return {
    agent: new Agent({ ca, lookup } as ConstructorParameters<typeof Agent>[0]),

    fetch: (url, { method = 'GET', headers, body } = {}) =>
      new Promise((resolve, reject) => {
        const options: RequestOptions = {
          method,
          headers: Object.fromEntries(new Headers(headers)),
          ca,
          lookup,
          // Without it Node would ask for the host of a Host header.
          servername: new URL(url).hostname,
          agent: false,
        };
        const text = body == null ? '' : String(body);
        if (body instanceof URLSearchParams)
          options.headers = { 'content-type': 'application/x-www-form-urlencoded', ...options.headers };
        const sent = request(url, options, async (answer) => {
          const chunks: Buffer[] = [];
          for await (const chunk of answer) chunks.push(chunk);
          const received = new Headers();
          for (let i = 0; i < answer.rawHeaders.length; i += 2)
            received.append(answer.rawHeaders[i] ?? '', answer.rawHeaders[i + 1] ?? '');
          resolve(
            new Response(chunks.length ? Buffer.concat(chunks) : null, {
              status: answer.statusCode,
              headers: received,
            }),
          );
        });
        sent.on('error', reject);
        sent.end(text);
      }),

    handshake: (port, servername) =>
      new Promise((resolve, reject) => {
        const socket = connect({ host: '127.0.0.1', port, servername, ca, checkServerIdentity }, () => {
          resolve(socket.getPeerCertificate());
          socket.destroy();
        });
        socket.on('error', reject);
      }),
  };
}

/** A handshake for its own sake looks at the certificate itself; who issued it is checked all the same. */
const checkServerIdentity = () => undefined;
