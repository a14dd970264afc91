import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { type Environment, ProviderFault } from '../provider.ts';
import { readSuccess } from '../read-answer.ts';
import { keepFor } from './keep-for.ts';

type Keys = ReturnType<typeof createLocalJWKSet>;

/**
 * Finds the key that a token names in what the provider publishes. A name that is not there makes it read again, once
 * for all who wait: that is how a provider changes its keys (FED-56). Throws ProviderFault when nothing can be read.
 */
export function keySet(
  url: string,
  { outgoing, clock }: Pick<Environment, 'outgoing' | 'clock'>,
): JWTVerifyGetKey {
  const keys = (insufficient?: Keys) =>
    outgoing.remember(
      `jwks ${url}`,
      async () => {
        const response = await load(url, outgoing);
        return { value: await readKeys(response), ...keepFor(response, clock) };
      },
      { insufficient },
    );
  return async (header, token) => {
    const known = await keys();
    try {
      return await known(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      return await (await keys(known))(header, token);
    }
  };
}

async function load(url: string, outgoing: Environment['outgoing']): Promise<Response> {
  try {
    return await outgoing.fetch(url, { purpose: 'jwks uri', headers: { accept: 'application/json' } });
  } catch (fault) {
    if (!(fault instanceof ProviderFault) || fault.reason !== 'unreachable') throw fault;
    // The text that applications know (FED-142).
    throw new ProviderFault('unreachable', fault.message, {
      cause: fault,
      error: 'invalid_request',
      description: fault.description.replace('Timeout occurred in', 'Timeout in'),
    });
  }
}

async function readKeys(response: Response): Promise<Keys> {
  const json = await readSuccess(response, 'IdP', 'jwks uri');
  try {
    return createLocalJWKSet(json as unknown as JSONWebKeySet);
  } catch (cause) {
    throw new ProviderFault('invalid-answer', 'jwks uri answered no key set', { cause });
  }
}
