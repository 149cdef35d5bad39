import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, type ReadStream } from 'node:fs';
import { link, mkdir, open, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { errorCode } from '../error-code.ts';
import { keyParts, noSuchObject, type ObjectStore, takenByAnother } from './object-store.ts';

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
    const path = this.#pathOf(key);
    const part = `${path}.${randomUUID()}${PART}`;
    await mkdir(dirname(path), { recursive: true });
    try {
      await write(part);
      await sync(part);
      const { size } = await stat(part);
      if (await linked(part, path)) await sync(dirname(path));
      else if (!(await haveSameContent(part, path))) {
        throw takenByAnother(key);
      }
      return { bytes: size };
    } finally {
      await rm(part, { force: true });
    }
  }

  async open(key: string): Promise<ReadStream> {
    await this.size(key);
    return createReadStream(this.#pathOf(key));
  }

  async exists(key: string): Promise<boolean> {
    return (await sizeOf(this.#pathOf(key))) !== undefined;
  }

  async size(key: string): Promise<number> {
    const size = await sizeOf(this.#pathOf(key));
    if (size === undefined) throw noSuchObject(key);
    return size;
  }

  async list(prefix: string): Promise<string[]> {
    const directory = this.#pathOf(prefix);
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

  async localFile(key: string): Promise<string> {
    await this.size(key);
    return this.#pathOf(key);
  }

  #pathOf = (key: string): string => join(this.#root, ...keyParts(key));
}

/** Unlike a rename, a link never replaces what is there. */
export async function linked(part: string, path: string): Promise<boolean> {
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

export async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}

/** Also of a directory: only then does the new name survive a power cut. */
export async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export async function sizeOf(path: string): Promise<number | undefined> {
  try {
    const found = await stat(path);
    return found.isFile() ? found.size : undefined;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

const isMissing = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '');
