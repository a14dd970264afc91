/** The library's options for devices: codes that are easy to type, and pages of ours in place of its own. */
import { type Configuration, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import { fromOf } from '../../hand-over.ts';
import { DEVICE_PAGES } from '../../interaction.ts';

type DeviceFlow = NonNullable<NonNullable<Configuration['features']>['deviceFlow']>;

/** Seconds: long enough to find the other device and sign in there, short enough that few codes are there to guess. */
export const DEVICE_CODE_SECONDS = 600;

export function deviceFlow(): DeviceFlow {
  return {
    enabled: true,
    // 20 consonants, 8 of them: no word, no letter that looks like a digit (RFC 8628 section 6.1).
    charset: 'base-20',
    mask: '****-****',
    deviceInfo: (ctx) => ({ address: fromOf(ctx).address }),
    userCodeInputSource(ctx, _, __, error) {
      // On its way here the library put a secret of its form in the place of who is signed in; it was stored before.
      if (ctx.oidc.session) Object.assign(ctx.oidc.session, { touched: false });
      if (error?.name === 'AbortedError') return redirect(ctx, 'cancelled');
      // Signing in ended without anybody, say at a provider: the code was good.
      redirect(ctx, ctx.oidc.entities.Interaction?.result?.error === undefined ? 'expired' : 'failed');
    },
    userCodeConfirmSource() {
      throw new Error('a device is confirmed on a page of ours');
    },
    successSource: (ctx) => redirect(ctx, 'done'),
  };
}

function redirect(ctx: KoaContextWithOIDC, page: keyof typeof DEVICE_PAGES): void {
  const enter = ctx.oidc.urlFor('code_verification');
  ctx.status = 303;
  ctx.redirect(enter.slice(0, -DEVICE_PAGES.enter.length) + DEVICE_PAGES[page]);
}

/**
 * Names the device in the addresses of pages and among the parameters of its sign-in: the code itself would be in logs,
 * and in the history of browsers.
 */
export const DEVICE_PARAMETER = 'foyer_device';

/** What the person answered on the page; signing in answers nothing. */
export const ALLOWED = 'device_allowed';

/** Asks whoever has signed in for a device whether it is theirs, every time: remote people are good at asking too. */
export function askAboutDevice(policy: interactionPolicy.DefaultPolicy): interactionPolicy.DefaultPolicy {
  const { Check, Prompt } = interactionPolicy;
  policy.add(
    new Prompt(
      { name: 'device', requestable: false },
      new Check(
        'not_allowed',
        'the person must allow the device',
        ({ oidc: { route, result } }) => route === 'device_resume' && result?.[ALLOWED] !== true,
      ),
    ),
  );
  return policy;
}
