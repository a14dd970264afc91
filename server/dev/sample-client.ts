import { readPoolFile } from '../pool-file/read.ts';
import type { ProcessSettings } from '../settings/process.ts';

/** What the sample application is told of itself. */
export interface SampleClient {
  poolId: string;
  clientId: string;
}

/** Where a browser comes back to the sample application. */
export const sampleCallback = (port: number) => `http://localhost:${port}/callback`;

/**
 * The client of the pool file that the sample application may be: the first to which people come back at its address,
 * whichever pool that is, so that each demo file brings its own. Undefined when there is none with fixed ids.
 */
export function findSampleClient({
  poolFile,
  samplePort,
}: Pick<ProcessSettings, 'poolFile' | 'samplePort'>): SampleClient | undefined {
  if (!poolFile || samplePort === 0) return undefined;
  for (const { id: poolId, clients } of readPoolFile(poolFile).pools)
    for (const { id: clientId, secret, settings } of clients) {
      const callbacks = settings['CallbackURLs'];
      const comesBack = Array.isArray(callbacks) && callbacks.includes(sampleCallback(samplePort));
      if (poolId && clientId && !secret && comesBack) return { poolId, clientId };
    }
  return undefined;
}
