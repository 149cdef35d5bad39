import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, type ReadStream } from 'node:fs';
import { link, mkdir, open, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { AppError } from '../domain/errors.ts';
import { errorCode } from './error-code.ts';

/**
 * Files that never change once written. A key is a relative path with `/`, such as
 * `landing/<source>/<dataset>/<sha256>/rows.parquet`.
 */
export interface ObjectStore {
  /**
   * Writes a whole object or nothing: to a `.part` file, synced, then linked under its name. The same content again is
   * no change.
   * @throws AppError `conflict` when the key is taken by another content
   */
  put(key: string, content: Uint8Array | string | AsyncIterable<Uint8Array>): Promise<{ bytes: number }>;
  /**
   * For engines that write files themselves: `write` gets a local path beside the object, which then becomes it.
   */
  putFile(key: string, write: (path: string) => Promise<void>): Promise<{ bytes: number }>;
  /** @throws AppError `not_found` */
  open(key: string): Promise<Readable>;
  exists(key: string): Promise<boolean>;
  /** @throws AppError `not_found` */
  size(key: string): Promise<number>;
  /** Keys directly under a prefix, sorted; unfinished writes are not among them. */
  list(prefix: string): Promise<string[]>;
  /** A path engines can read the object from. */
  localPath(key: string): string;
}

const PART = '.part';

/** A directory on this machine. */
export class LocalObjectStore implements ObjectStore {
  readonly #root: string;

  constructor(root: string) {
    this.#root = resolve(root);
  }

  async put(
    key: string,
    content: Uint8Array | string | AsyncIterable<Uint8Array>,
  ): Promise<{ bytes: number }> {
    return this.putFile(key, (path) => writeFile(path, content));
  }

  async putFile(key: string, write: (path: string) => Promise<void>): Promise<{ bytes: number }> {
    const path = this.localPath(key);
    const part = `${path}.${randomUUID()}${PART}`;
    await mkdir(dirname(path), { recursive: true });
    try {
      await write(part);
      await sync(part);
      const { size } = await stat(part);
      if (await linked(part, path)) await sync(dirname(path));
      else if (!(await haveSameContent(part, path))) {
        throw new AppError('conflict', `The object ${key} exists with another content.`, {
          where: { key },
          fix: 'Objects never change; write under another key.',
        });
      }
      return { bytes: size };
    } finally {
      await rm(part, { force: true });
    }
  }

  async open(key: string): Promise<ReadStream> {
    await this.size(key);
    return createReadStream(this.localPath(key));
  }

  async exists(key: string): Promise<boolean> {
    return (await sizeOf(this.localPath(key))) !== undefined;
  }

  async size(key: string): Promise<number> {
    const size = await sizeOf(this.localPath(key));
    if (size === undefined) throw new AppError('not_found', `There is no object ${key}.`, { where: { key } });
    return size;
  }

  async list(prefix: string): Promise<string[]> {
    const directory = this.localPath(prefix);
    try {
      const names = await readdir(directory);
      return names
        .filter((name) => !name.endsWith(PART))
        .sort()
        .map((name) => relative(this.#root, join(directory, name)).split(sep).join('/'));
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  }

  localPath(key: string): string {
    const parts = key.split('/');
    const isSafe = parts.every(
      (part) => part !== '' && part !== '.' && part !== '..' && !/[\0\\]/.test(part),
    );
    const path = join(this.#root, ...parts);
    if (!isSafe || !path.startsWith(this.#root + sep)) {
      throw new AppError('bad_request', 'The key of an object must be a relative path without “..”.', {
        where: { key: key.replaceAll('\0', '␀').slice(0, 200) },
      });
    }
    return path;
  }
}

/** Unlike a rename, a link never replaces what is there. */
async function linked(part: string, path: string): Promise<boolean> {
  try {
    await link(part, path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

async function haveSameContent(one: string, other: string): Promise<boolean> {
  if ((await sizeOf(one)) !== (await sizeOf(other))) return false;
  return (await sha256(one)) === (await sha256(other));
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}

/** Also of a directory: only then does the new name survive a power cut. */
async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    const found = await stat(path);
    return found.isFile() ? found.size : undefined;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

const isMissing = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '');
