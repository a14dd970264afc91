import type { HostedPages } from '../oidc/interaction.ts';
import { formTarget } from './page-headers.ts';
import { present } from './present.ts';
import type { Visits } from './visit.ts';

/**
 * A page that carries an answer on to the application: it posts itself at once, or by its button where no script runs
 * (OAuth 2.0 Form Post Response Mode 1.0). It can be sent to that one address alone.
 */
export function openSendForm(visits: Visits): HostedPages['sendForm'] {
  return (ctx, { action, fields, languages }) => {
    const { t, frame } = visits.outside(ctx, languages);
    present(ctx, frame, 'send-form', { heading: t.onward.heading, action, fields });
    formTarget(ctx, action);
    // The application may look at where the post came from; with `no-referrer` it would read `null`.
    ctx.set('referrer-policy', 'origin');
  };
}
