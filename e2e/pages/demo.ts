import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { freePort } from '../free-port.ts';
import { type Foyer, startFoyer } from '../start.ts';

const POOL_FILE = join(import.meta.dirname, '..', '..', 'demo', 'pool.yaml');

export interface Demo {
  foyer: Foyer;
  /** The sample application. */
  sampleUrl: string;
}

/** What `npm start` runs: the demo pool and the sample application, on ports of this test. */
export async function startDemo(): Promise<Demo> {
  const port = String(await freePort());
  const poolFile = parse(readFileSync(POOL_FILE, 'utf8').replaceAll('localhost:9401', `localhost:${port}`));
  const foyer = await startFoyer({ poolFile, env: { FOYER_SAMPLE_PORT: port } });
  return { foyer, sampleUrl: `http://localhost:${port}` };
}
