import { Missing } from '#adapters/errors.ts';
import { Refusal } from '../../errors.ts';
import type { Pool } from '../../pool.ts';

const PAGE = 100;

/**
 * Deletes a provider and takes it off every client (FED-151). Its people stay, and so do their tokens; sign-ins under
 * way find it gone.
 * @throws Refusal `provider-not-found`
 */
export async function deleteProvider({ directory }: Pick<Pool, 'directory'>, name: string): Promise<void> {
  if (!(await directory.remove('identity-provider', name)))
    throw new Refusal('provider-not-found', { provider: name });
  let cursor: string | undefined;
  do {
    const page = await directory.list('client', { limit: PAGE, cursor });
    for (const { id, record } of page.items)
      if (record.settings.SupportedIdentityProviders.includes(name)) await takeOff(directory, id, name);
    cursor = page.cursor;
  } while (cursor !== undefined);
}

async function takeOff(directory: Pool['directory'], clientId: string, name: string): Promise<void> {
  try {
    await directory.update('client', clientId, (client) => {
      const { settings } = client;
      const left = settings.SupportedIdentityProviders.filter((provider) => provider !== name);
      return { ...client, settings: { ...settings, SupportedIdentityProviders: left } };
    });
  } catch (error) {
    // The client was deleted meanwhile.
    if (!(error instanceof Missing)) throw error;
  }
}
