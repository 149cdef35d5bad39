/** A directory on an SFTP server. Its host key is known beforehand: without it anyone in between could be the server. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import type { SFTPWrapper } from 'ssh2';
import SftpClient from 'ssh2-sftp-client';
import { z } from 'zod';
import { AppError, isAppError } from '../../domain/errors.ts';
import { errorMessage } from '../../warehouse/error-code.ts';
import type { SourceCall } from './connector.ts';
import { appendTo } from './files/append.ts';
import { type FileSource, filesShape, type FoundFile } from './files/file-source.ts';
import { remoteDirectory } from './files/remote-directory.ts';
import { remoteServerShape } from './files/remote-server.ts';
import { isSafeName } from './files/names.ts';
import { resolveAllowed } from './net-guard.ts';
import { isOwnFault, refusedBySource, socketError, unreachable } from './source-errors.ts';

export const sftpSettings = z.strictObject({
  ...filesShape,
  ...remoteServerShape,
  port: z.number().int().min(1).max(65535).default(22),
  /** As `ssh-keygen -lf` shows it, from the server's owner by another way; two while a key is exchanged. */
  hostFingerprints: z
    .array(
      z
        .string()
        .regex(/^SHA256:[A-Za-z0-9+/]{43}$/, 'must be SHA256: and 43 letters, as ssh-keygen -lf shows it'),
    )
    .min(1)
    .max(8),
});
export type SftpSettings = z.output<typeof sftpSettings>;

export const sftp = remoteDirectory<SftpSettings>(
  {
    kind: 'sftp',
    zh: 'SFTP 目录',
    settings: sftpSettings,
    secrets: ['password', 'privateKey', 'passphrase'],
  },
  (call) => new SftpFiles(call),
);

/** Codes of SSH_FXP_STATUS. */
const NO_SUCH_FILE = 2;
const PERMISSION_DENIED = 3;

class SftpFiles implements FileSource {
  readonly #call: SourceCall<SftpSettings>;
  #open: { client: SftpClient; sftp: SFTPWrapper } | null = null;
  readonly #stop = (): void => void this.close();

  constructor(call: SourceCall<SftpSettings>) {
    this.#call = call;
    call.signal.addEventListener('abort', this.#stop, { once: true });
  }

  list = (): Promise<FoundFile[]> =>
    this.#do(async (server) => {
      const entries = await promisify(server.readdir.bind(server))(this.#call.settings.directory);
      return entries
        .filter(({ filename }) => filename !== '.' && filename !== '..')
        .map(({ filename, attrs }) => found(filename, attrs));
    });

  look = (name: string): Promise<FoundFile | null> =>
    this.#do(async (server) => {
      try {
        return found(name, await promisify(server.lstat.bind(server))(this.#path(name)));
      } catch (error) {
        if (statusOf(error) === NO_SUCH_FILE) return null;
        throw error;
      }
    });

  fetch = (name: string, path: string, start: number): Promise<void> =>
    this.#do((server) =>
      appendTo(path, (stream) =>
        pipeline(server.createReadStream(this.#path(name), { start }), stream, { signal: this.#call.signal }),
      ),
    );

  move = (name: string, directory: string): Promise<void> =>
    this.#do(async (server) => {
      const folder = `${this.#call.settings.directory}/${directory}`;
      const target = `${folder}/${name}`;
      if (!(await exists(server, folder))) await promisify(server.mkdir.bind(server) as Mkdir)(folder);
      // Version 3 of the protocol does not rename over a file.
      if (await exists(server, target)) await promisify(server.unlink.bind(server))(target);
      await promisify(server.rename.bind(server))(this.#path(name), target);
    });

  remove = (name: string): Promise<void> =>
    this.#do((server) => promisify(server.unlink.bind(server))(this.#path(name)));

  async close(): Promise<void> {
    const open = this.#open;
    this.#open = null;
    this.#call.signal.removeEventListener('abort', this.#stop);
    // A connection that is cut already says so by an error, which tells us nothing.
    if (open) await open.client.end().catch(() => false);
  }

  #path(name: string): string {
    if (!isSafeName(name)) throw new AppError('bug', 'An unsafe name came as far as the server.');
    return `${this.#call.settings.directory}/${name}`;
  }

  /** One piece of work over the connection, made anew after it was cut. */
  async #do<T>(work: (server: SFTPWrapper) => Promise<T>): Promise<T> {
    const { host } = this.#call.settings;
    this.#call.signal.throwIfAborted();
    try {
      this.#open ??= await this.#connect();
      return await work(this.#open.sftp);
    } catch (error) {
      this.#call.signal.throwIfAborted();
      if (isOwnFault(error)) throw error;
      const known = sftpError(host, error);
      if (known.retriable) await this.close();
      throw known;
    }
  }

  async #connect(): Promise<{ client: SftpClient; sftp: SFTPWrapper }> {
    const { settings, secrets } = this.#call;
    const { host, port, user, hostFingerprints, allowedNetworks, timeoutSeconds } = settings;
    const { address } = await resolveAllowed(host, allowedNetworks);
    const nothing = (): void => undefined;
    const client = new SftpClient('anju', { error: nothing, end: nothing, close: nothing });
    let seen = '';
    try {
      const sftp = await client.connect({
        ...{ host: address, port, username: user },
        ...{
          password: secrets['password'],
          privateKey: secrets['privateKey'],
          passphrase: secrets['passphrase'],
        },
        readyTimeout: timeoutSeconds * 1000,
        keepaliveInterval: 10_000,
        keepaliveCountMax: 3,
        hostVerifier: (key: Buffer) => {
          seen = `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
          return hostFingerprints.some((known) => timingSafeEqual(Buffer.from(known), Buffer.from(seen)));
        },
      });
      return { client, sftp };
    } catch (error) {
      await client.end().catch(() => false);
      if (seen !== '' && !hostFingerprints.includes(seen))
        throw refusedBySource(host, `its host key is not the one the task knows (it shows ${seen})`, {
          cause: error,
          fix: 'Ask its owner, by another way than this connection, whether the key was exchanged.',
        });
      throw error;
    }
  }
}

type Mkdir = (path: string, callback: (error: Error | undefined) => void) => void;

const found = (
  name: string,
  { size, mtime, mode }: { size: number; mtime: number; mode: number },
): FoundFile => ({
  ...{ name, bytes: size, modified: mtime * 1000 },
  isFile: (mode & 0o170_000) === 0o100_000,
});

const statusOf = (error: unknown): number | null =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'number'
    ? error.code
    : null;

const exists = (server: SFTPWrapper, path: string): Promise<boolean> =>
  promisify(server.lstat.bind(server))(path).then(
    () => true,
    (error: unknown) => {
      if (statusOf(error) === NO_SUCH_FILE) return false;
      throw error;
    },
  );

function sftpError(host: string, error: unknown): AppError {
  const known = socketError(host, error);
  if (isAppError(known)) return known;
  const status = statusOf(error);
  const text = errorMessage(error);
  if (/authentication methods failed|parse privateKey|Encrypted private|passphrase/i.test(text))
    return refusedBySource(host, 'user, password or key are not accepted', { cause: error });
  if (status === NO_SUCH_FILE)
    return refusedBySource(host, 'there is no such directory or file', { cause: error });
  if (status === PERMISSION_DENIED)
    return refusedBySource(host, 'the account may not do this there', { cause: error });
  return unreachable(host, /time/i.test(text) ? 'no answer in time' : 'the connection was cut', error);
}
