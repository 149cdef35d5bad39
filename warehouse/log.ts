import { pino, type Logger } from 'pino';
import type { Config } from './config.ts';

export type { Logger };

/** Fields that may name a person or open a door; whatever is logged under them is not written. */
const PERSONAL_FIELDS = [
  'idNumber',
  'id_number',
  'personName',
  'person_name',
  'phone',
  'address',
  'account',
  'password',
  'token',
  'cookie',
  'authorization',
  'rowText',
  'row_text',
  'value',
  'values',
  'params',
  'sql',
];

/** JSON lines on standard error, so that standard output stays free for a command's result. */
export function createLog(config: Pick<Config, 'logLevel'>): Logger {
  return pino(
    {
      level: config.logLevel,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: PERSONAL_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]),
        censor: '[withheld]',
      },
    },
    pino.destination({ dest: 2, sync: true }),
  );
}
