import type { Environment } from '../provider.ts';
import { type Json, readList, readSuccess } from '../read-answer.ts';

/** Asks the vendor, with the access token as Bearer. */
export interface Ask {
  /** Throws ProviderFault for any answer but a JSON object of success. */
  (url: string, headers?: Record<string, string>): Promise<Json>;
  /** For what a person may be without: nothing when the vendor gives no list. */
  list(url: string, headers?: Record<string, string>): Promise<Json[]>;
}

export function openAsk(name: string, accessToken: string, { outgoing }: Pick<Environment, 'outgoing'>): Ask {
  const purpose = 'IdP userinfo endpoint';
  const call = (url: string, headers: Record<string, string> = {}) => {
    const all = { accept: 'application/json', authorization: `Bearer ${accessToken}`, ...headers };
    return outgoing.fetch(url, { purpose, headers: all });
  };
  return Object.assign(
    async (url: string, headers?: Record<string, string>) =>
      // Facebook and others write the token into what is wrong with it.
      readSuccess(await call(url, headers), name, purpose, [accessToken]),
    { list: async (url: string, headers?: Record<string, string>) => readList(await call(url, headers)) },
  );
}
