/** What clients of many protocols throw, as the two errors a task knows. Messages name the host, never a secret. */
import { AppError, isAppError } from '../../domain/errors.ts';
import { errorCode } from '../../warehouse/error-code.ts';

/** The source cannot be reached now: worth trying again. */
export const unreachable = (host: string, reason: string, cause?: unknown): AppError =>
  new AppError('source_unreachable', `${host} cannot be reached: ${reason}.`, {
    where: { host },
    retriable: true,
    cause,
    fix: 'See that the source is up and that this machine may reach it.',
  });

/** The source was reached and says no: asking again the same way does not help. */
export const refusedBySource = (
  host: string,
  reason: string,
  details: {
    fix?: string;
    cause?: unknown;
    retriable?: boolean;
    where?: Record<string, string | number>;
  } = {},
): AppError =>
  new AppError('source_refused', `${host} refuses: ${reason}.`, {
    ...details,
    where: { host, ...details.where },
  });

const SOCKET: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ECONNABORTED: 'the connection was cut',
  ETIMEDOUT: 'no answer in time',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it',
  ERR_STREAM_PREMATURE_CLOSE: 'the connection was cut',
};

/**
 * Why a server's certificate, or ours, was not accepted, in our words; null for any other error.
 * @param caFile where the authorities trusted are, when it is not the machine's own (`tls.ts`)
 */
export function certificateError(host: string, error: unknown, caFile?: string): AppError | null {
  const code = errorCode(error) ?? '';
  const refused = (rule: string, reason: string, fix: string): AppError =>
    refusedBySource(host, `${reason} (${code})`, {
      where: { rule, ...(caFile === undefined ? {} : { file: caFile }) },
      fix,
      cause: error,
    });
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return refused(
      'certificate_name',
      'its certificate names another host',
      'Give the host as its certificate names it, or have the certificate made anew.',
    );
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID')
    return refused(
      'certificate_time',
      'its certificate is not valid today',
      'Have the certificate made anew.',
    );
  if (/ALERT_(CERTIFICATE|UNKNOWN_CA|BAD_CERTIFICATE|HANDSHAKE|DECRYPT)|ALERT_NO_CERT/.test(code))
    return refused(
      'client_certificate',
      'it does not accept who we say we are by certificate',
      'Give certFile and keyFile, of an authority the server knows.',
    );
  if (/CERT|SELF_SIGNED|UNABLE_TO_(VERIFY|GET)/.test(code))
    return refused(
      'certificate_authority',
      caFile === undefined
        ? 'its certificate is of no authority this machine trusts'
        : `its certificate is of no authority in ${caFile}`,
      'Give the authority that signed it as `caFile` in the settings of the task.',
    );
  return null;
}

/** The error of a socket in our words; errors of ours, and what is no error of a socket, come back as they are. */
export function socketError(host: string, error: unknown, caFile?: string): unknown {
  if (isAppError(error)) return error;
  const code = errorCode(error) ?? '';
  if (code in SOCKET) return unreachable(host, SOCKET[code] ?? code, error);
  const untrusted = certificateError(host, error, caFile);
  if (untrusted) return untrusted;
  if (/^ERR_SSL|^EPROTO/.test(code))
    return refusedBySource(host, `TLS cannot be agreed on (${code})`, { cause: error });
  if (/^(HPE|Z)_/.test(code))
    return refusedBySource(host, `it does not answer as HTTP does (${code})`, { cause: error });
  return error;
}

/** This machine's own trouble, such as a full disk: no source is to blame, and it is not tried again there. */
export const isOwnFault = (error: unknown): boolean =>
  ['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EMFILE', 'ENFILE', 'EIO'].includes(errorCode(error) ?? '');
