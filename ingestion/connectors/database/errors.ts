/** What drivers throw, as sentences for people. A server's message may quote a row: only its code and harmless classes are told. */
import { AppError, isAppError } from '../../../domain/errors.ts';
import { certificateError, unreachable } from '../source-errors.ts';
import { errorCode, errorMessage } from '../../../warehouse/error-code.ts';

export { unreachable };

export const refused = (
  message: string,
  fix: string,
  where: Record<string, string | number> = {},
  cause?: unknown,
): AppError => new AppError('source_refused', message, { where, fix, cause });

/** Networks, servers that go down, start, or are full; and a slot whose last reader is not yet known to be gone (55006). */
const CONNECTION =
  /^(E(CONN|TIMEDOUT|NOTFOUND|HOSTUNREACH|NETUNREACH|PIPE|AI_AGAIN)|08|57P|53300|55006|PROTOCOL_CONNECTION_LOST|ER_(CON_COUNT_ERROR|SERVER_SHUTDOWN|CONNECTION_KILLED|NET_|NORMAL_SHUTDOWN|SHUTDOWN))/;
const CONNECTION_WORDS =
  /Connection (terminated|ended|lost)|closed state|timeout expired|ETIMEDOUT|socket|EHOSTUNREACH|Client has encountered a connection error/i;
/** Sign-in, rights, names that do not exist, state of the server: messages without values. */
const SAYABLE =
  /^(28|3D|3F|42|55|58|0A|53)|^ER_(ACCESS|DBACCESS|TABLEACCESS|COLUMNACCESS|SPECIFIC|NO_SUCH|BAD_|MASTER_FATAL|UNKNOWN_SYSTEM)/;

export function isConnectionError(error: unknown): boolean {
  if (isAppError(error)) return error.code === 'source_unreachable';
  return CONNECTION.test(errorCode(error) ?? '') || CONNECTION_WORDS.test(errorMessage(error));
}

/** @returns the AppError of whatever a driver threw; an AppError stays what it is */
export function sourceError(error: unknown, host: string, caFile?: string): unknown {
  if (isAppError(error)) return error;
  const code = errorCode(error) ?? '';
  const untrusted = certificateError(host, error, caFile);
  if (untrusted) return untrusted;
  if (/^ERR_TLS|^HANDSHAKE/.test(code) || /SSL|TLS/.test(errorMessage(error)))
    return unreachable(host, `no encrypted connection (${code || errorMessage(error).slice(0, 80)})`, error);
  if (isConnectionError(error)) return unreachable(host, code || errorMessage(error).slice(0, 120), error);
  if (code === '' || !/^[0-9A-Z]{5}$|^ER_/.test(code)) return error;
  const reason = SAYABLE.test(code) ? errorMessage(error).slice(0, 300) : `its error ${code}`;
  return refused(
    `${host} refused: ${reason}`,
    'See the rights of the user and the names in the settings.',
    { host, code },
    error,
  );
}
