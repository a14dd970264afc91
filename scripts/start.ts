#!/usr/bin/env node
/**
 * `npm start`: Foyer in development with the demo pool on the embedded database. Everything can be overridden in the
 * environment or in a file `.env`.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { enableCompileCache, flushCompileCache } from 'node:module';
import { join } from 'node:path';

if (existsSync('.env')) process.loadEnvFile('.env');
process.env['FOYER_MODE'] ??= 'development';
process.env['FOYER_POOL_FILE'] ??= new URL('../demo/pool.yaml', import.meta.url).pathname;
// The terminal is for people here; `FOYER_LOG_LEVEL=info` shows every request.
process.env['FOYER_LOG_LEVEL'] ??= 'warn';
const data = process.env['FOYER_DATA_FOLDER'] ?? '.data';
const serves = process.argv.length === 2;
if (serves && data !== ':memory:' && process.env['FOYER_AUDIT_FILE'] === undefined) {
  // What is put on record would drown the lines that say what to open.
  mkdirSync(data, { recursive: true, mode: 0o700 });
  process.env['FOYER_AUDIT_FILE'] = join(data, 'audit.log');
}
// A third of a start is stripping types and compiling: kept beside the packages, which are trusted as much as the code.
// Where that folder cannot be written, nothing is kept.
enableCompileCache(new URL('../node_modules/.cache/foyer', import.meta.url).pathname);
await import('../server/main.ts');
flushCompileCache();
