/** Copies of far objects on this machine, the ones longest unused going first when there are too many. */
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sizeOf } from './local.ts';

export class FileCache {
  readonly directory: string;
  readonly #mostBytes: number;

  constructor(directory: string, mostBytes: number) {
    this.directory = directory;
    this.#mostBytes = mostBytes;
  }

  /** The copy, when there is one of that size. */
  async find(parts: readonly string[], bytes: number): Promise<string | null> {
    const path = this.#pathOf(parts);
    if ((await sizeOf(path)) !== bytes) return null;
    const now = new Date();
    await utimes(path, now, now);
    return path;
  }

  /** Takes a whole file as the copy; gives where it is now. */
  async adopt(parts: readonly string[], file: string): Promise<string> {
    const path = this.#pathOf(parts);
    await mkdir(dirname(path), { recursive: true });
    await rename(file, path);
    await this.#makeRoom(path);
    return path;
  }

  #pathOf = (parts: readonly string[]): string => join(this.directory, 'objects', ...parts);

  async #makeRoom(kept: string): Promise<void> {
    const root = join(this.directory, 'objects');
    const names = await readdir(root, { recursive: true, withFileTypes: true });
    const files = await Promise.all(
      names
        .filter((entry) => entry.isFile())
        .map(async (entry) => {
          const path = join(entry.parentPath, entry.name);
          const { size, mtimeMs } = await stat(path);
          return { path, size, usedAt: mtimeMs };
        }),
    );
    let bytes = files.reduce((sum, file) => sum + file.size, 0);
    for (const file of files.sort((a, b) => a.usedAt - b.usedAt)) {
      if (bytes <= this.#mostBytes) return;
      if (file.path === kept) continue;
      await rm(file.path, { force: true });
      bytes -= file.size;
    }
  }
}
