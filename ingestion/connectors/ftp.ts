/** A directory on an FTP server (ftp 目录, A0-1, A0-2), plain or with TLS. */
import { Client, FileType, FTPError } from 'basic-ftp';
import iconv from 'iconv-lite';
import { z } from 'zod';
import { AppError, isAppError } from '../../domain/errors.ts';
import { errorMessage } from '../../warehouse/error-code.ts';
import type { SourceCall } from './connector.ts';
import { appendTo } from './files/append.ts';
import { type FileSource, filesShape, type FoundFile } from './files/file-source.ts';
import { isSafeName, matcher } from './files/names.ts';
import { remoteDirectory } from './files/remote-directory.ts';
import { remoteServerShape } from './files/remote-server.ts';
import { resolveAllowed } from './net-guard.ts';
import { isOwnFault, refusedBySource, socketError, unreachable } from './source-errors.ts';
import { tlsShape, towards, trustOf } from './tls.ts';

export const ftpSettings = z.strictObject({
  ...filesShape,
  ...remoteServerShape,
  port: z.number().int().min(1).max(65535).default(21),
  /** `explicit` begins plain and changes over (AUTH TLS); `implicit` is TLS from the start, usually port 990. Without, passwords and data go in clear. */
  tls: z.enum(['none', 'explicit', 'implicit']).default('explicit'),
  ...tlsShape,
  /** In which encoding the server writes names of files. */
  names: z.enum(['utf-8', 'gb18030']).default('utf-8'),
});
export type FtpSettings = z.output<typeof ftpSettings>;

export const ftp = remoteDirectory<FtpSettings>(
  { kind: 'ftp', zh: 'FTP 目录', settings: ftpSettings, secrets: ['password'] },
  (call) => new FtpFiles(call),
);

class FtpFiles implements FileSource {
  readonly #call: SourceCall<FtpSettings>;
  #client: Client | null = null;
  readonly #stop = (): void => void this.close();

  constructor(call: SourceCall<FtpSettings>) {
    this.#call = call;
    call.signal.addEventListener('abort', this.#stop, { once: true });
  }

  list = (): Promise<FoundFile[]> =>
    this.#do(async (client) => {
      const isWanted = matcher(this.#call.settings.include);
      const files: FoundFile[] = [];
      for (const { name: sent, size, type, modifiedAt } of await client.list()) {
        const name = this.#received(sent);
        const isFile = type === FileType.File;
        // Old servers write times for people, without a year: those of files we may want are asked for one by one.
        const time =
          modifiedAt ?? (isFile && isSafeName(name) && isWanted(name) ? await client.lastMod(sent) : null);
        files.push({ name, bytes: size, modified: seconds(time), isFile });
      }
      return files;
    });

  look = (name: string): Promise<FoundFile | null> =>
    this.#do(async (client) => {
      try {
        const bytes = await client.size(this.#sent(name));
        return { name, bytes, modified: seconds(await client.lastMod(this.#sent(name))), isFile: true };
      } catch (error) {
        if (isMissing(error)) return null;
        throw error;
      }
    });

  fetch = (name: string, path: string, start: number): Promise<void> =>
    this.#do((client) => appendTo(path, (stream) => client.downloadTo(stream, this.#sent(name), start)));

  move = (name: string, directory: string): Promise<void> =>
    this.#do(async (client) => {
      const from = this.#sent(name);
      const target = `${this.#sent(directory)}/${from}`;
      // The directory may be there; whether it can be used shows with the next command.
      await client.sendIgnoringError(`MKD ${this.#sent(directory)}`);
      try {
        await client.rename(from, target);
      } catch (error) {
        if (!(error instanceof FTPError)) throw error;
        // Some servers do not rename over a file.
        await client.remove(target);
        await client.rename(from, target);
      }
    });

  remove = (name: string): Promise<void> =>
    this.#do(async (client) => {
      await client.remove(this.#sent(name));
    });

  close(): Promise<void> {
    this.#call.signal.removeEventListener('abort', this.#stop);
    this.#client?.close();
    this.#client = null;
    return Promise.resolve();
  }

  /** The client writes Latin 1, one byte a character, when names are in GB18030. */
  #received(name: string): string {
    return this.#call.settings.names === 'utf-8'
      ? name
      : iconv.decode(Buffer.from(name, 'latin1'), 'gb18030');
  }
  #sent(name: string): string {
    if (!isSafeName(name)) throw new AppError('bug', 'An unsafe name came as far as the server.');
    return this.#call.settings.names === 'utf-8' ? name : iconv.encode(name, 'gb18030').toString('latin1');
  }

  /** One piece of work over the connection, made anew after it was cut. */
  async #do<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const { host, caFile } = this.#call.settings;
    this.#call.signal.throwIfAborted();
    try {
      if (this.#client === null || this.#client.closed) this.#client = await this.#connect();
      return await work(this.#client);
    } catch (error) {
      this.#call.signal.throwIfAborted();
      if (isOwnFault(error)) throw error;
      const known = ftpError(host, error, caFile);
      if (known.retriable) {
        this.#client?.close();
        this.#client = null;
      }
      throw known;
    }
  }

  async #connect(): Promise<Client> {
    const { settings, secrets } = this.#call;
    const { host, port, user, tls, names, timeoutSeconds, directory } = settings;
    const { address } = await resolveAllowed(host, settings.allowedNetworks);
    const client = new Client(timeoutSeconds * 1000);
    const parse = client.parseList;
    client.parseList = (listing) => parse(listing.split('\n').map(keptPath).join('\n'));
    if (names === 'gb18030') client.ftp.encoding = 'latin1';
    try {
      await client.access({
        ...{ host: address, port, user, password: secrets['password'] ?? '' },
        secure: tls === 'none' ? false : tls === 'explicit' ? true : 'implicit',
        secureOptions: tls === 'none' ? undefined : towards(await trustOf(settings), host),
      });
      if (directory !== '.') await client.cd(directory);
      return client;
    } catch (error) {
      client.close();
      throw error;
    }
  }
}

/** The client silently drops names with a `/` in machine-readable listings; we want them refused and recorded. */
function keptPath(line: string): string {
  const name = /^[^\s=;]+=/.test(line) ? line.indexOf(' ') : -1;
  return name < 0 ? line : line.slice(0, name) + line.slice(name).replaceAll('/', '\\');
}

/** To the second, as some servers tell no more. */
const seconds = (time: Date | null): number => (time === null ? 0 : Math.floor(time.getTime() / 1000) * 1000);

const isMissing = (error: unknown): boolean => error instanceof FTPError && error.code === 550;

function ftpError(host: string, error: unknown, caFile?: string): AppError {
  const known = socketError(host, error, caFile);
  if (isAppError(known)) return known;
  if (error instanceof FTPError) {
    const { code } = error;
    const details = { cause: error, where: { code } };
    if (code === 530 || code === 430 || code === 332)
      return refusedBySource(host, 'user and password are not accepted', details);
    if (code >= 500)
      return refusedBySource(
        host,
        `it answers ${code}: no such directory or file, or no right to it`,
        details,
      );
    return unreachable(host, `it answers ${code}`, error);
  }
  return unreachable(
    host,
    /time/i.test(errorMessage(error)) ? 'no answer in time' : 'the connection was cut',
    error,
  );
}
