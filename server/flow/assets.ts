/**
 * The few static files of pages. They are read once; a name that is not among them does not exist, so no path can
 * lead out of the folder. Their addresses hold a hash of the content, so that a browser may keep them for good.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { Context } from 'koa';

const TYPES: Record<string, string> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

interface Asset {
  body: Buffer;
  type: string;
  hash: string;
}

/** `public/` lies two folders up in the sources, and one more from `dist/server/flow/`. */
const folder = [new URL('../../public/', import.meta.url), new URL('../../../public/', import.meta.url)].find(
  (url) => existsSync(new URL('foyer.css', url)),
);

function readAssets(): Map<string, Asset> {
  if (!folder) throw new Error('The folder with the static files is missing');
  return new Map(
    readdirSync(folder).flatMap((name) => {
      const type = TYPES[name.split('.').at(-1) ?? ''];
      if (!type) return [];
      const body = readFileSync(new URL(name, folder));
      return [
        [name, { body, type, hash: createHash('sha256').update(body).digest('base64url').slice(0, 12) }],
      ];
    }),
  );
}

let assets: Map<string, Asset> | undefined;

function asset(name: string): Asset | undefined {
  assets ??= readAssets();
  return assets.get(name);
}

/** The address of a file below `mountPath`. @throws when there is no such file: a fault of the program. */
export function assetUrl(mountPath: string, name: string): string {
  const found = asset(name);
  if (!found) throw new Error(`There is no static file ${name}`);
  return `${mountPath}/assets/${name}?v=${found.hash}`;
}

/** Answers `GET <mountPath>/assets/<name>`; leaves the 404 to the caller when there is no such file. */
export function serveAsset(ctx: Context, name: string): void {
  const found = asset(name);
  if (!found || (ctx.method !== 'GET' && ctx.method !== 'HEAD')) return;
  ctx.set({
    'content-type': found.type,
    // With another version in the address the file may change under it.
    'cache-control': ctx.query['v'] === found.hash ? 'public, max-age=31536000, immutable' : 'no-cache',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
  });
  ctx.etag = found.hash;
  ctx.status = 200;
  if (ctx.fresh) ctx.status = 304;
  else ctx.body = found.body;
}
