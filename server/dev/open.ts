/**
 * What only development serves: the mailbox with every message that was sent, and the sample application on a port
 * of its own. Hangs on `main` and `app`; a production process never imports it into its answers. Both are for the
 * developer's own machine: they answer nobody else, since the mailbox shows everybody's codes.
 */
import type { Context } from 'koa';
import type { MailSender } from '#adapters/mail/sender.ts';
import type { SmsSender } from '#adapters/sms/sender.ts';
import { assetUrl, serveAsset } from '../flow/assets.ts';
import type { ProcessSettings } from '../settings/process.ts';
import { openMailbox } from './mailbox.ts';
import { openSample } from './sample.ts';

export interface Development {
  /** Answers what lies below `/dev/`; false when the request is for something else. */
  handle(ctx: Context): Promise<boolean>;
  close(): Promise<void>;
}

const PREFIX = '/dev';

export async function openDevelopment({
  settings,
  mail,
  sms,
}: {
  settings: Pick<ProcessSettings, 'publicUrl' | 'host' | 'samplePort' | 'poolFile'>;
  mail: MailSender;
  sms: SmsSender;
}): Promise<Development> {
  const asset = (name: string) => assetUrl(PREFIX, name);
  const mailbox = openMailbox({ mail, sms }, asset);
  const sample = await openSample(settings);
  return {
    async handle(ctx) {
      if (!ctx.path.startsWith(`${PREFIX}/`)) return false;
      if (!isOwnMachine(ctx)) return false;
      if (ctx.path.startsWith(`${PREFIX}/assets/`)) {
        serveAsset(ctx, ctx.path.slice(`${PREFIX}/assets/`.length));
        return true;
      }
      if (ctx.path === `${PREFIX}/mailbox`) mailbox.page(ctx);
      else if (ctx.path === `${PREFIX}/mailbox.json`) mailbox.json(ctx);
      else return false;
      return true;
    },
    close: () => sample.close(),
  };
}

const OWN_NAMES = ['localhost', '127.0.0.1', '[::1]'];

/**
 * The connection comes from this machine, through no proxy, and the browser asked for this machine. A page elsewhere
 * whose host name is made to resolve to 127.0.0.1 comes from here too, but by another name.
 */
function isOwnMachine(ctx: Context): boolean {
  const address = ctx.req.socket.remoteAddress?.replace(/^::ffff:/, '') ?? '';
  const forwarded = ctx.get('x-forwarded-for') || ctx.get('forwarded');
  const isLoopback = address.startsWith('127.') || address === '::1';
  return isLoopback && !forwarded && OWN_NAMES.includes(ctx.host.replace(/:\d+$/, ''));
}
