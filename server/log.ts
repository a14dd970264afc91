/**
 * The log: JSON lines on standard output, one logger per request with its id. What must never be read there is
 * removed by name before it is written; rules log ids, never passwords, codes, tokens or whole records.
 */
import { destination, type Logger as PinoLogger, pino } from 'pino';

export type Logger = PinoLogger;

const SECRET_FIELDS = [
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
];

/** @param base what every line says, such as which worker wrote it */
export function openLog(level: string, base?: { worker: number }): Logger {
  return pino(
    {
      level,
      base,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]),
        censor: '[redacted]',
      },
    },
    destination({ sync: false }),
  );
}
