import type { Readable } from 'node:stream';
import { AppError } from '../../domain/errors.ts';

/**
 * Files that never change once written. A key is a relative path with `/`, such as
 * `landing/<source>/<dataset>/<sha256>/rows.parquet`. Nothing is ever deleted through it: what must go, for its time is over and
 * somebody approved it, goes by another way.
 */
export interface ObjectStore {
  /**
   * Writes a whole object or nothing. The same content again is no change.
   * @throws AppError `conflict` when the key is taken by another content
   */
  put(key: string, content: Uint8Array | string | AsyncIterable<Uint8Array>): Promise<{ bytes: number }>;
  /** For engines that write files themselves: `write` gets a local path, and what it leaves there becomes the object. */
  putFile(key: string, write: (path: string) => Promise<void>): Promise<{ bytes: number }>;
  /** @throws AppError `not_found` */
  open(key: string): Promise<Readable>;
  exists(key: string): Promise<boolean>;
  /** @throws AppError `not_found` */
  size(key: string): Promise<number>;
  /** Keys directly under a prefix, sorted; unfinished writes are not among them. */
  list(prefix: string): Promise<string[]>;
  /**
   * A path engines can read the object from, until the next call: a far store keeps only so many copies here.
   * @throws AppError `not_found`
   */
  localFile(key: string): Promise<string>;
}

/** @throws AppError `bad_request` when the key would lead anywhere but below the store's root */
export function keyParts(key: string): string[] {
  const parts = key.split('/');
  const isSafe = parts.every((part) => part !== '' && part !== '.' && part !== '..' && !/[\0\\]/.test(part));
  if (isSafe) return parts;
  throw new AppError('bad_request', 'The key of an object must be a relative path without “..”.', {
    where: { key: key.replaceAll('\0', '␀').slice(0, 200) },
  });
}

export const noSuchObject = (key: string) =>
  new AppError('not_found', `There is no object ${key}.`, { where: { key } });

export const takenByAnother = (key: string) =>
  new AppError('conflict', `The object ${key} exists with another content.`, {
    where: { key },
    fix: 'Objects never change; write under another key.',
  });
