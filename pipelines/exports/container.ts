import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { type Entry, openPromise, type ZipFile as ZipReader } from 'yauzl';
import { ZipFile as ZipWriter } from 'yazl';
import { AppError, isAppError } from '../../domain/errors.ts';

const MEGABYTE = 1024 * 1024;
/** Of what a package may hold; a manifest of a thousand columns is far below a megabyte. */
const LIMITS = { document: MEGABYTE, signature: 64, data: 16 * 1024 * MEGABYTE, ratio: 1000 };

/** Parts of a package or receipt: a document, its detached signature, perhaps data. */
export interface Entries {
  document: string;
  signature: string;
  data?: string;
}

/**
 * Writes a container to `path` and syncs it. The data file is stored as it is: Parquet is compressed already. The times
 * in it are `at`, so that the same parts give the same bytes.
 */
export async function writeContainer(
  path: string,
  names: Entries,
  parts: { document: Uint8Array; signature: Uint8Array; dataPath?: string },
  at: Date,
): Promise<void> {
  const zip = new ZipWriter();
  const options = { mtime: at, mode: 0o100600, compress: false };
  zip.addBuffer(Buffer.from(parts.document), names.document, options);
  zip.addBuffer(Buffer.from(parts.signature), names.signature, options);
  if (names.data !== undefined && parts.dataPath !== undefined)
    zip.addFile(parts.dataPath, names.data, options);
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(path, { mode: 0o600 }));
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A container that was opened: small parts in memory, data still inside. */
export interface Container {
  document: Uint8Array;
  signature: Uint8Array;
  /** Unpacks the data to a file; gives what was written. */
  unpackData(to: string): Promise<{ bytes: number; sha256: string }>;
  close(): void;
}

/**
 * Opens a container that may come from anybody: exactly the entries expected, no other name, nothing encrypted, sizes
 * and ratios within limits. Nothing is written and the data is not unpacked.
 * @throws AppError `bad_package`
 */
export async function openContainer(path: string, names: Entries): Promise<Container> {
  const zip = await reading(() =>
    openPromise(path, { lazyEntries: true, autoClose: false, strictFileNames: true }),
  );
  try {
    const entries = await reading(() => entriesOf(zip, names));
    const part = (name: string) => entries.get(name) as Entry;
    return {
      document: await reading(async () => buffer(await streamOf(zip, part(names.document)))),
      signature: await reading(async () => buffer(await streamOf(zip, part(names.signature)))),
      unpackData: (to) => reading(async () => unpack(await streamOf(zip, part(names.data ?? '')), to)),
      close: () => zip.close(),
    };
  } catch (error) {
    zip.close();
    throw error;
  }
}

const streamOf = (zip: ZipReader, entry: Entry): Promise<Readable> => zip.openReadStreamPromise(entry);

async function entriesOf(zip: ZipReader, names: Entries): Promise<Map<string, Entry>> {
  const limits = new Map([
    [names.document, LIMITS.document],
    [names.signature, LIMITS.signature],
    ...(names.data === undefined ? [] : [[names.data, LIMITS.data] as const]),
  ]);
  const entries = new Map<string, Entry>();
  if (zip.entryCount !== limits.size)
    throw refused(`holds ${zip.entryCount} files where ${limits.size} belong`, 'entries');
  for await (const entry of zip.eachEntry()) {
    const limit = limits.get(entry.fileName);
    if (limit === undefined || entries.has(entry.fileName))
      throw refused('holds a file that does not belong in it', 'entry_name');
    if (entry.isEncrypted()) throw refused('is protected with a password', 'encrypted');
    if (entry.uncompressedSize > limit)
      throw refused(`has a ${entry.fileName} of over ${limit} bytes`, 'size');
    if (entry.uncompressedSize > MEGABYTE && entry.uncompressedSize > entry.compressedSize * LIMITS.ratio)
      throw refused(`has a ${entry.fileName} that unpacks to over ${LIMITS.ratio} times its size`, 'ratio');
    entries.set(entry.fileName, entry);
  }
  return entries;
}

/** yauzl itself fails an entry that holds more than it claimed. */
async function unpack(data: Readable, to: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  await pipeline(
    data,
    async function* (chunks: Readable) {
      for await (const chunk of chunks as AsyncIterable<Buffer>) {
        hash.update(chunk);
        bytes += chunk.length;
        yield chunk;
      }
    },
    createWriteStream(to, { mode: 0o600 }),
  );
  return { bytes, sha256: hash.digest('hex') };
}

const refused = (problem: string, rule: string) =>
  new AppError('bad_package', `The package ${problem}.`, {
    where: { rule },
    fix: 'Ask the sender for it again.',
  });

/** What yauzl and zlib throw is the package's fault; our own errors and the disk's are not. */
async function reading<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isAppError(error)) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ENOENT' || code === 'EISDIR')
      throw new AppError('bad_request', 'There is no package file at that path.', { fix: 'Check the path.' });
    if (['ENOSPC', 'EACCES', 'EIO', 'EMFILE'].includes(code)) throw error;
    throw new AppError(
      'bad_package',
      'The package is not a whole zip file: it was cut off or damaged on its way.',
      {
        where: { rule: 'bad_zip' },
        fix: 'Ask the sender for it again.',
        cause: error,
      },
    );
  }
}
