import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, type Stats } from 'node:fs';
import { lstat, mkdir, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isAppError } from '../../domain/errors.ts';
import type { ObjectStore } from '../../warehouse/object-store/object-store.ts';
import type { Dataset } from '../contract.ts';
import { type FoundEncoding, LIMITS, PlainLines, refusal, scanFor } from '../readers/index.ts';
import { moveFile } from '../files.ts';

export interface Received {
  sha256: string;
  bytes: number;
  encoding: FoundEncoding;
  /** Where the bytes are in the object store. */
  objectKey: string;
  origin: string;
  /** Of delimited text, counted as it came: its lines, or null where it is not plain. Unknown after a crash. */
  plainLines?: number | null;
}

/** Says which file on disk this is: the same name and bytes sent again is another file. */
export const originOf = (stats: Stats): string => `${stats.ino}:${stats.size}:${Math.round(stats.mtimeMs)}`;

/** The sender still writes: left alone until the next time. */
export class StillWritten extends Error {}

/**
 * Takes a file into the object store: one pass through hash, size, encoding and line length.
 * @throws AppError `refused_delivery`; then nothing stays in the object store
 * @throws StillWritten when the file changed meanwhile
 */
export async function receive(
  path: string,
  dataset: Dataset,
  objects: ObjectStore,
  part: string,
  beforeMove: () => void = () => undefined,
): Promise<Received> {
  const before = await lstat(path);
  if (!before.isFile()) throw refusal('not_a_file', 'The delivery is not a regular file.');
  if (before.size > LIMITS.file)
    throw refusal('file_too_large', `The file has more than ${LIMITS.file} bytes.`);
  const hash = createHash('sha256');
  const { shape } = dataset.delivery;
  const scan = scanFor(shape);
  const lines = shape === 'csv' || shape === 'txt' ? new PlainLines() : null;
  let bytes = 0;
  await mkdir(dirname(part), { recursive: true });
  try {
    await pipeline(
      createReadStream(path, { highWaterMark: 2 ** 19 }),
      async function* (chunks: Readable) {
        for await (const chunk of chunks as AsyncIterable<Buffer>) {
          scan?.push(chunk);
          lines?.push(chunk);
          hash.update(chunk);
          bytes += chunk.length;
          yield chunk;
        }
      },
      createWriteStream(part, { mode: 0o600 }),
    );
    const encoding = scan?.finish() ?? containerOf(bytes);
    if (originOf(await lstat(path)) !== originOf(before)) throw new StillWritten();
    const sha256 = hash.digest('hex');
    const objectKey = `landing/${dataset.source}/${dataset.dataset}/${sha256}/${safeName(path)}`;
    beforeMove();
    if (!(await objects.exists(objectKey)))
      await objects.putFile(objectKey, (target) => moveFile(part, target));
    return { sha256, bytes, encoding, objectKey, origin: originOf(before), plainLines: lines?.finish() };
  } catch (error) {
    if (!isAppError(error) || error.where['rule'] !== 'line_too_long') throw error;
    const line = await lineAt(path, Number(error.where['offset']));
    throw refusal('line_too_long', error.message, { ...error.where, line }, error.fix);
  } finally {
    await rm(part, { force: true });
  }
}

/** Number of the line, from 1, in which a byte stands. */
async function lineAt(path: string, offset: number): Promise<number> {
  let line = 1;
  for await (const piece of createReadStream(path, { end: Math.max(offset - 1, 0) })) {
    const chunk = piece as Buffer;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) line += 1;
  }
  return line;
}

function containerOf(bytes: number): FoundEncoding {
  if (bytes === 0) throw refusal('empty_file', 'The file is empty.');
  return 'binary';
}

/** The file's own name, as far as it can be one in every file system. */
function safeName(path: string): string {
  const name = basename(path).replace(/[\p{Cc}\\/:*?"<>|]/gu, '_');
  return Buffer.byteLength(name) <= 200 && !name.startsWith('.') ? name : 'delivery';
}
