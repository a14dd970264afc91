/** One page with an application in it, bundled for the browser, at an origin of its own: not Foyer's. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after } from 'node:test';
import { build } from 'esbuild';

export interface ServedApplication {
  /** Of the page; every path below it answers the same. */
  url: string;
  /** What the page finds as `globalThis.told`; the address comes first, since Foyer must know it. */
  tell(what: object): void;
}

/**
 * @param entry of the bundle: a file beside this one, or the text of one
 * @param port where none is given, one that is free
 */
export async function serveApplication(
  entry: string | { text: string },
  port = 0,
): Promise<ServedApplication> {
  const bundle = await build({
    ...(typeof entry === 'string'
      ? { entryPoints: [join(import.meta.dirname, entry)] }
      : { stdin: { contents: entry.text, resolveDir: import.meta.dirname } }),
    bundle: true,
    write: false,
    format: 'esm',
    define: { global: 'window', 'process.env.NODE_ENV': '"production"' },
    logLevel: 'error',
  });
  const script = bundle.outputFiles[0]?.text ?? '';
  let told = {};
  const server = createServer((request, response) => {
    const isScript = request.url === '/application.js';
    response.writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html' });
    response.end(
      isScript
        ? script
        : `<!doctype html><title>The application</title><script>window.told = ${JSON.stringify(told)}</script><script type="module" src="/application.js"></script>`,
    );
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://localhost:${(server.address() as AddressInfo).port}/`;
  return {
    url,
    tell: (what) => {
      told = what;
    },
  };
}
