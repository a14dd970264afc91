import { ProviderFault } from '#federation/provider.ts';
import { printable } from '#federation/read-answer.ts';
import { Refusal } from '../../errors.ts';
import type { InteractionBridge } from '../../oidc/interaction.ts';
import { auditProviderRefused } from '../audit-form.ts';
import type { SpecialPages } from '../special-pages.ts';
import type { Visit } from '../step.ts';
import type { Endpoint, Transaction } from './transactions.ts';

/**
 * Ends a sign-in through a provider without anybody: the application is told (FED-140), the cause goes to the log and
 * the audit. Whatever was thrown, it is never a bare 500 (FED-143). A sign-in that has ended meanwhile, in another
 * window, has an application that was told already: then the person sees a page.
 */
export async function tellApplication(
  { bridge, special }: { bridge: InteractionBridge; special: SpecialPages },
  visit: Visit,
  { provider, endpoint }: Pick<Transaction, 'provider' | 'endpoint'>,
  error: unknown,
): Promise<void> {
  const { ctx, pool, interaction } = visit;
  const log = ctx.state['log'] ?? pool.log;
  const { reason, why, unexpected, ...told } = toldOf(error, endpoint);
  if (unexpected) log.error({ err: error, provider }, 'a sign-in through a provider failed');
  else log.warn({ reason, why, provider }, 'a sign-in through a provider was refused');
  auditProviderRefused(visit, reason, unexpected);
  try {
    ctx.redirect(await bridge.deny(interaction, told));
    ctx.status = 302;
  } catch (ended) {
    if (!(ended instanceof Refusal)) throw ended;
    special.error(ctx, 'interaction_expired');
  }
}

interface Told {
  error: string;
  description: string;
  /** For the audit and the log. */
  reason: string;
  why?: string;
  /** A fault of ours or of a store. */
  unexpected: boolean;
}

function toldOf(error: unknown, endpoint: Endpoint): Told {
  if (error instanceof ProviderFault) {
    const { reason, message, cause, description } = error;
    const why = cause instanceof Error ? `${message}: ${cause.message}` : message;
    return { error: error.error, description, reason: `provider-${reason}`, why, unexpected: false };
  }
  if (error instanceof Refusal) {
    const { reason, message, details } = error;
    if (reason === 'provider-attributes-required' && endpoint === 'saml2')
      return {
        error: 'server_error',
        description: missing(details['attributes']),
        reason,
        unexpected: false,
      };
    const code = TOLD_AS[reason] ?? 'invalid_request';
    return { error: code, description: printable(message), reason, unexpected: false };
  }
  return {
    error: 'server_error',
    description: 'Exception processing authorization code',
    reason: 'provider-failed',
    unexpected: true,
  };
}

/** As the service says it of SAML; tools look for the beginning. */
const missing = (attributes = '') =>
  `Invalid SAML response received: Invalid user attributes: ${attributes
    .split(', ')
    .map((name) => `${name}: The attribute is required`)
    .join(', ')}`;

const TOLD_AS: Partial<Record<Refusal['reason'], string>> = {
  busy: 'temporarily_unavailable',
  'too-many-requests': 'temporarily_unavailable',
  'user-disabled': 'access_denied',
};
