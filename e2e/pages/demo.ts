import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { freePort } from '../free-port.ts';
import { type Foyer, startFoyer } from '../start.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'demo');

export interface Demo {
  foyer: Foyer;
  /** The sample application. */
  sampleUrl: string;
}

/** A file of the demo for a sample application at another port. */
export const demoFile = (name: string, port: string): object =>
  parse(readFileSync(join(FOLDER, name), 'utf8').replaceAll('localhost:9401', `localhost:${port}`));

/** What `npm start` runs: the demo pool and the sample application, on ports of this test. */
export async function startDemo(name = 'pool.yaml'): Promise<Demo> {
  const port = String(await freePort());
  const poolFile = demoFile(name, port);
  const foyer = await startFoyer({ poolFile, env: { FOYER_SAMPLE_PORT: port } });
  return { foyer, sampleUrl: `http://localhost:${port}` };
}
