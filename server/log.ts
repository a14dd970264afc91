/**
 * The log: JSON lines on standard output, one logger per request with its id. What must never be read there is
 * removed by name before it is written; rules log ids, never passwords, codes, tokens or whole records.
 */
import { destination, type Logger as PinoLogger, pino, symbols } from 'pino';

export type Logger = PinoLogger;

/** Stands in the place of what nobody may read, in the words of the service's own log. */
export const HIDDEN = 'HIDDEN_DUE_TO_SECURITY_REASONS';

const SECRET_FIELDS: ReadonlySet<string> = new Set([
  'password',
  'Password',
  'PreviousPassword',
  'ProposedPassword',
  'TemporaryPassword',
  'secret',
  'ClientSecret',
  'SecretHash',
  'code',
  'ConfirmationCode',
  'token',
  'access_token',
  'id_token',
  'refresh_token',
  'AccessToken',
  'RefreshToken',
  'authorization',
  'cookie',
  'Session',
  'AuthParameters',
  'ChallengeResponses',
]);

/** A record, what it holds, and what that holds. */
const DEPTH = 3;

type Fields = Record<string, unknown>;

/**
 * The record without its secrets; the very same object when it has none, as nearly every line. Written by hand: with
 * these names at each depth, the logger's own redaction took ten times as long as writing the line.
 */
export function censor(record: Fields, depth = DEPTH): Fields {
  let censored: Fields | undefined;
  for (const name of Object.keys(record)) {
    const value = record[name];
    if (value === undefined) continue;
    const shown = SECRET_FIELDS.has(name) ? HIDDEN : within(value, depth - 1);
    if (shown === value) continue;
    censored ??= { ...record };
    censored[name] = shown;
  }
  return censored ?? record;
}

function within(value: unknown, depth: number): unknown {
  if (depth === 0 || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => within(item, depth - 1));
  // An error keeps its kind until its serializer has read it; what writes itself, such as a date, holds no fields.
  return value instanceof Error || 'toJSON' in value ? value : censor(value as Fields, depth);
}

/** Characters that wait for a disk that is full; what comes on top is lost, or memory would be. */
const MOST_KEPT = 1024 * 1024;

/**
 * The log of the audit (`audit.ts`): lines with `audit: true`, on standard output whatever the level, unless it is
 * `silent`; or in a file of its own, which is appended to and only its owner may read. Throws when it cannot be opened.
 */
export function openAuditLog(log: Logger, file?: string): Logger {
  if (!file) return log.child({ audit: true }, { level: log.level === 'silent' ? 'silent' : 'info' });
  // Each line is written before the answer leaves: who is killed a moment later has not lost what happened.
  const stream = destination({ dest: file, append: true, mode: 0o600, sync: true, maxLength: MOST_KEPT });
  // A full disk must not end the service; what is missing in the file is then said in the log.
  stream.on('error', (err) => log.error({ err }, 'the audit file cannot be written'));
  return pino(
    {
      base: { ...log.bindings(), audit: true },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: censor },
    },
    stream,
  );
}

/** @param base what every line says, such as which worker wrote it */
export function openLog(level: string, base?: { worker: number }): Logger {
  const log = pino(
    {
      level,
      base: base ?? null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: censor },
      serializers: { err: (error) => censor(pino.stdSerializers.err(error), DEPTH - 1) },
    },
    writeTogether(destination({ sync: false })),
  );
  // What every line of a child says is written once, past the formatters; its own children inherit this.
  const { child } = log;
  log.child = function (
    this: Logger,
    bindings: Fields,
    ...options: Parameters<typeof child> extends [unknown, ...infer Rest] ? Rest : never
  ) {
    return child.call(this, censor(bindings), ...options);
  } as typeof child;
  return log;
}

/**
 * What every request writes, as `log.info(record, msg)` would: the logger takes each field by itself through all that it
 * can be configured to do, which for an entry of the audit took three times as long as the whole line does so.
 */
export function writeLine(log: Logger, record: Fields, msg: 'answered' | 'audit'): void {
  if (!log.isLevelEnabled('info')) return;
  const fields = log as unknown as { [symbols.streamSym]: Output; [symbols.chindingsSym]: string };
  const time = new Date().toISOString();
  const text = JSON.stringify(censor(record)).slice(1, -1);
  fields[symbols.streamSym].write(
    `{"level":"info","time":"${time}"${fields[symbols.chindingsSym]}${text && `,${text}`},"msg":"${msg}"}\n`,
  );
}

type Output = ReturnType<typeof destination>;

/** Milliseconds that a line may wait for others. Whoever is killed meanwhile has lost as much of the log. */
const TOGETHER_MS = 5;

/**
 * Lines of one moment are written together: each writing is a job for another thread, which costs more than the line.
 * At the end of the process `flushSync` is called, and writes what is left.
 */
function writeTogether(output: Output): Output {
  const { write, flushSync } = output;
  let lines = '';
  const pass = () => {
    const text = lines;
    lines = '';
    if (text !== '') write.call(output, text);
  };
  output.write = (line) => {
    if (lines === '') setTimeout(pass, TOGETHER_MS);
    lines += line;
    return true;
  };
  output.flushSync = () => {
    pass();
    flushSync.call(output);
  };
  return output;
}
