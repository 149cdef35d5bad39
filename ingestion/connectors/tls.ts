/**
 * TLS towards servers of agencies. Most of them have certificates of an authority of the agency's own: it is named by a file,
 * as are the certificate and key by which we say who we are. That a certificate is checked, for its authority and for the
 * name asked for, is no setting, and the environment cannot switch it off either (`NODE_TLS_REJECT_UNAUTHORIZED`).
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { open } from 'node:fs/promises';
import { isIP } from 'node:net';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { errorCode } from '../../warehouse/error-code.ts';

const pemFile = z
  .string()
  .max(4096)
  .regex(/^\/[^\0]+$/, 'must be the whole path of a PEM file on this machine');

/** Settings of every connector that can speak TLS; files on the machine that collects. */
export const tlsShape = {
  /** The authorities trusted, instead of those the machine trusts by itself. */
  caFile: pemFile.optional(),
  /** Who we are, for servers that ask for it: our certificate (with what leads to its authority) and its key. */
  certFile: pemFile.optional(),
  keyFile: pemFile.optional(),
};
export type TlsSettings = z.output<z.ZodObject<typeof tlsShape>>;

/** What the files hold, as PEM. */
export interface Trust {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** Said each time: left out, the environment would decide. */
  readonly rejectUnauthorized: true;
}

const known = new WeakMap<TlsSettings, Promise<Trust>>();

/**
 * The files of these settings, read once: a collection has one settings object, so what it connects to anew it trusts as before.
 * @throws AppError `bad_configuration` naming the file and the rule it breaks
 */
export function trustOf(settings: TlsSettings): Promise<Trust> {
  const reading = known.get(settings) ?? readTrust(settings);
  known.set(settings, reading);
  return reading;
}

async function readTrust({ caFile, certFile, keyFile }: TlsSettings): Promise<Trust> {
  const ca = caFile === undefined ? undefined : await certificatesIn('caFile', caFile);
  if (certFile === undefined && keyFile === undefined) return { ca, rejectUnauthorized: true };
  if (certFile === undefined || keyFile === undefined)
    throw broken(
      'certFile',
      certFile ?? keyFile ?? '',
      'certificate_with_key',
      'stands without the other: a certificate needs its key',
    );
  const cert = await certificatesIn('certFile', certFile);
  const key = await read('keyFile', keyFile);
  let isItsKey: boolean;
  try {
    isItsKey = new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
  } catch (cause) {
    throw broken(
      'keyFile',
      keyFile,
      'pem_private_key',
      'holds no PEM private key that can be read without a passphrase',
      cause,
    );
  }
  if (!isItsKey)
    throw broken('keyFile', keyFile, 'key_of_certificate', 'is not the key of the certificate in certFile');
  return { ca, cert, key, rejectUnauthorized: true };
}

const BLOCK = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;
const MOST_BYTES = 2 ** 20;

/** @returns the file's certificates, whatever text stands between them left out */
async function certificatesIn(setting: string, path: string): Promise<string> {
  const blocks = (await read(setting, path)).match(BLOCK) ?? [];
  try {
    for (const block of blocks) new X509Certificate(block);
  } catch (cause) {
    throw broken(setting, path, 'pem_certificate', 'holds a certificate that cannot be read', cause);
  }
  if (blocks.length === 0) throw broken(setting, path, 'pem_certificate', 'holds no PEM certificate');
  return blocks.join('\n');
}

async function read(setting: string, path: string): Promise<string> {
  try {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(MOST_BYTES), 0, MOST_BYTES);
      return buffer.toString('latin1', 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw broken(setting, path, 'readable', `cannot be read (${errorCode(cause) ?? 'unknown'})`, cause);
  }
}

const broken = (setting: string, file: string, rule: string, what: string, cause?: unknown): AppError =>
  new AppError('bad_configuration', `${setting}: ${file} ${what}.`, {
    where: { setting, file, rule },
    cause,
  });

/** For `tls.connect`, by clients that connect to an address: the certificate must name the host that was asked for. */
export const towards = (trust: Trust, host: string) => ({
  ...trust,
  ...(isIP(host) === 0 ? { servername: host } : {}),
  checkServerIdentity: (_name: string, certificate: PeerCertificate) =>
    checkServerIdentity(host, certificate),
});
