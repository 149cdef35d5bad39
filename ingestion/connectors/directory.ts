/** A directory on this machine or on a mount: the exchange directory (交换目录, A0-2). */
import { constants, createReadStream, createWriteStream } from 'node:fs';
import { access, lstat, mkdir, open, readdir, rename, rm, type FileHandle } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { errorCode } from '../../warehouse/error-code.ts';
import { connector } from './connector.ts';
import { collectFiles } from './files/collect-files.ts';
import { filesShape, type FileSource, type FoundFile } from './files/file-source.ts';
import { isSafeName } from './files/names.ts';
import { retrySchema, untilStopped } from './retry.ts';

export const directorySettings = z.strictObject({
  ...filesShape,
  retry: retrySchema,
  /** Absolute; not one of Anju's own. */
  directory: z.string().refine(isAbsolute, 'must be an absolute path'),
});
export type DirectorySettings = z.output<typeof directorySettings>;

export const directory = connector<DirectorySettings>({
  kind: 'directory',
  zh: '交换目录',
  settings: directorySettings,
  secrets: [],
  async test({ settings }) {
    const started = performance.now();
    const files = await new LocalFiles(settings.directory).list();
    // What moves or deletes files needs to write there.
    if (settings.after !== 'leave')
      await inOurWords(settings.directory, access(settings.directory, constants.W_OK));
    const roundTripMs = Math.round(performance.now() - started);
    return { roundTripMs, detail: `The directory has ${files.filter(({ isFile }) => isFile).length} files.` };
  },
  collect: (call) => untilStopped(call, collectFiles(call, new LocalFiles(call.settings.directory))),
});

class LocalFiles implements FileSource {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async list(): Promise<FoundFile[]> {
    const names = await inOurWords(this.#directory, readdir(this.#directory));
    const found: FoundFile[] = [];
    for (const name of names) {
      const file = await this.look(name);
      if (file) found.push(file);
    }
    return found;
  }

  /** Never through a link: it could lead anywhere. */
  async look(name: string): Promise<FoundFile | null> {
    try {
      const stats = await lstat(join(this.#directory, name));
      return { name, bytes: stats.size, modified: stats.mtimeMs, isFile: stats.isFile() };
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return null;
      throw inWords(this.#directory, error);
    }
  }

  async fetch(name: string, path: string, start: number): Promise<void> {
    let handle: FileHandle | null = null;
    try {
      handle = await open(this.#path(name), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
      await pipeline(
        createReadStream('', { fd: handle, start, autoClose: false, highWaterMark: 2 ** 19 }),
        createWriteStream(path, { flags: 'a', mode: 0o600 }),
      );
    } catch (error) {
      throw inWords(this.#directory, error);
    } finally {
      await handle?.close();
    }
  }

  async move(name: string, to: string): Promise<void> {
    const target = join(this.#directory, to);
    await inOurWords(this.#directory, mkdir(target, { recursive: true }));
    await inOurWords(this.#directory, rename(this.#path(name), join(target, name)));
  }

  remove = (name: string): Promise<void> => inOurWords(this.#directory, rm(this.#path(name)));
  close = (): Promise<void> => Promise.resolve();

  #path(name: string): string {
    if (!isSafeName(name)) throw new AppError('bug', 'An unsafe name came as far as the file system.');
    return join(this.#directory, name);
  }
}

const inOurWords = <T>(place: string, work: Promise<T>): Promise<T> =>
  work.catch((error: unknown) => {
    throw inWords(place, error);
  });

function inWords(directory: string, error: unknown): unknown {
  const code = errorCode(error);
  const details = { where: { directory }, cause: error };
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new AppError('source_unreachable', `There is no directory ${directory}.`, {
        ...details,
        fix: 'Create it, or see that the mount is there.',
      });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new AppError(
        'source_refused',
        `The directory ${directory} may not be used by this process (${code}).`,
        {
          ...details,
          fix: 'Give the account Anju runs under the right to read it, and to write where files are moved or deleted.',
        },
      );
    case 'EIO':
    case 'ESTALE':
    case 'ETIMEDOUT':
    case 'EHOSTDOWN':
      return new AppError('source_unreachable', `The directory ${directory} does not answer (${code}).`, {
        ...details,
        retriable: true,
      });
    default:
      return error;
  }
}
