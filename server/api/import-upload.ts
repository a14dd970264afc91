/**
 * Where the file of an import job is sent: an HTTP PUT of its bytes to the address that the job shows, as to the
 * service's own storage. Who knows the address may send; no key is asked for.
 */
import type { Context } from 'koa';
import { record } from '../audit.ts';
import { openReceiver, UploadRefused } from '../imports/receive-upload.ts';
import { UPLOAD_PATH } from '../imports/upload-address.ts';
import type { Service } from './operation.ts';

/** Answers whether the request was for such an address. */
export function openImportUpload(service: Service): (ctx: Context) => Promise<boolean> {
  const receive = openReceiver(service);
  return async function importUpload(ctx) {
    const [, poolId, jobId] = UPLOAD_PATH.exec(ctx.path) ?? [];
    if (!poolId || !jobId) return false;
    ctx.state['route'] = '/user-imports';
    ctx.set('cache-control', 'no-store');
    if (ctx.method !== 'PUT') {
      ctx.set('allow', 'PUT');
      refuse(ctx, 405, 'Send the file with PUT.');
      return true;
    }
    const text = (name: string) => {
      const value = ctx.query[name];
      return typeof value === 'string' ? value : '';
    };
    const address = { poolId, jobId, expires: text('expires'), signature: text('signature') };
    const event = { event: 'import-upload', pool: poolId, call: { parameters: { JobId: jobId } } } as const;
    try {
      await receive(address, ctx.req, ctx.request.length);
      record(ctx, { ...event, outcome: 'success' });
      ctx.status = 200;
      ctx.body = '';
    } catch (error) {
      const refused = error instanceof UploadRefused;
      // Nobody listens any more to whom anything could be said.
      const brokenOff = ctx.req.errored !== null;
      record(ctx, {
        ...event,
        outcome: refused || brokenOff ? 'refused' : 'failed',
        reason: refused ? String(error.status) : undefined,
      });
      if (refused) refuse(ctx, error.status, error.message);
      else if (brokenOff) refuse(ctx, 400, 'The file broke off.');
      else throw error;
    }
    return true;
  };
}

/** What is left of the file is not read: the connection cannot be used again. */
function refuse(ctx: Context, status: number, message: string): void {
  ctx.set('connection', 'close');
  ctx.status = status;
  ctx.body = { message };
}
