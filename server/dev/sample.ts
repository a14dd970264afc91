import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ProcessSettings } from '../settings/process.ts';
import { findSampleClient, sampleCallback } from './sample-client.ts';

export interface Sample {
  /** `http://localhost:9401`; undefined when it is switched off, or no client of the pool file is it. */
  url?: string;
  close(): Promise<void>;
}

const TYPES: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

/** The sources and `dist/server/dev/` are one folder apart. */
const root = [new URL('../../', import.meta.url), new URL('../../../', import.meta.url)].find((url) =>
  existsSync(new URL('demo/sample/index.html', url)),
);

/**
 * Serves the sample application on a port of its own, as a stranger to Foyer: another origin, so that what a browser
 * allows between the two is real. Only files, and one answer that says where Foyer is.
 */
export async function openSample(
  settings: Pick<ProcessSettings, 'publicUrl' | 'host' | 'samplePort' | 'poolFile'>,
): Promise<Sample> {
  const client = findSampleClient(settings);
  if (!client || !root) return { close: async () => undefined };
  const files = new Map([...readFolder('public'), ...readFolder('demo/sample')]);
  const url = `http://localhost:${settings.samplePort}`;
  const config = JSON.stringify({
    authority: `${settings.publicUrl}/${client.poolId}`,
    clientId: client.clientId,
    redirectUri: sampleCallback(settings.samplePort),
    logoutUri: `${url}/`,
  });
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', url).pathname;
    if (path === '/config.json') return answer(response, 200, 'application/json', config);
    const name = path === '/' || path === '/callback' ? 'index.html' : path.slice(1);
    const file = files.get(name);
    if (!file) return answer(response, 404, 'text/plain', 'Not found');
    answer(response, 200, TYPES[name.split('.').at(-1) ?? ''] ?? 'text/plain', file);
  });
  const answer = (response: ServerResponse, status: number, type: string, body: string | Buffer) => {
    response.writeHead(status, {
      'content-type': type,
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
      'content-security-policy': `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self' ${settings.publicUrl}/; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    });
    response.end(body);
  };
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new Error(
              `Port ${settings.samplePort} of the sample application is taken. Set FOYER_SAMPLE_PORT to another one, or to 0 to go without.`,
            )
          : error,
      ),
    );
    server.listen(settings.samplePort, settings.host, resolve);
  });
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function readFolder(name: string): [string, Buffer][] {
  const folder = new URL(`${name}/`, root);
  return readdirSync(folder).map((file) => [file, readFileSync(new URL(file, folder))]);
}
