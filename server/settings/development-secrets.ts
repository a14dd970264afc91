/**
 * The secrets of a developer's machine: made at the first start and kept in the data folder, so that the next
 * start can open what the last one sealed, and so that an exported access key stays good. Never used in production.
 */
import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface DevelopmentSecrets {
  masterSecret: string;
  /** `<key id>:<secret>`, as in FOYER_ACCESS_KEYS. */
  accessKeys: string[];
}

/** @param dataFolder `:memory:` gives secrets that last as long as the process. */
export function developmentSecrets(dataFolder: string): DevelopmentSecrets {
  const fresh: DevelopmentSecrets = {
    masterSecret: randomBytes(32).toString('base64url'),
    accessKeys: [
      `FOYER${randomBytes(8).toString('hex').toUpperCase()}:${randomBytes(30).toString('base64url')}`,
    ],
  };
  if (dataFolder === ':memory:') return fresh;
  const file = join(dataFolder, 'development-secrets.json');
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(fresh, undefined, 2)}\n`, { mode: 0o600 });
  try {
    // A link to a finished file either appears whole or fails because one is there: of two processes that start
    // at once both end with the secrets of the first, and neither reads a half-written file.
    linkSync(draft, file);
    return fresh;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return JSON.parse(readFileSync(file, 'utf8')) as DevelopmentSecrets;
  } finally {
    unlinkSync(draft);
  }
}
