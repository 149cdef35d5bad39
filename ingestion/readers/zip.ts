import { isUtf8 } from 'node:buffer';
import { crc32 } from 'node:zlib';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { isAppError } from '../../domain/errors.ts';
import { firstBytes } from '../files.ts';
import { isLegacyOffice, legacyOffice } from './legacy.ts';
import { LIMITS, refusal } from './reader.ts';

/** The entries of a zip file, checked against bombs and bad names before a byte is unpacked. */
export class ZipArchive {
  readonly #zip: ZipFile;
  readonly #entries: Map<string, Entry>;
  readonly #what: string;
  /** As the sender wrote them, folders left out. */
  readonly names: readonly string[];

  private constructor(zip: ZipFile, entries: Map<string, Entry>, what: string) {
    this.#zip = zip;
    this.#what = what;
    this.names = [...entries.keys()];
    this.#entries = new Map([...entries].map(([name, entry]) => [name.toLowerCase(), entry]));
  }

  /**
   * The sizes are the archive's own claim; while unpacking, `yauzl` fails an entry that holds more than it claimed.
   * @param what as people call it
   * @throws AppError `refused_delivery`, rule `bad_zip`, `legacy_workbook`, `zip_bomb`, `zip_path` or `encrypted`
   */
  static async open(path: string, what: 'workbook' | 'archive' = 'workbook'): Promise<ZipArchive> {
    const options = { lazyEntries: true, autoClose: false, decodeStrings: false } as const;
    const zip = await openPromise(path, options).catch(async (error: unknown) => {
      throw isLegacyOffice(await firstBytes(path, 4)) ? legacyOffice() : badZip(error, what);
    });
    try {
      return new ZipArchive(zip, await listEntries(zip, what), what);
    } catch (error) {
      zip.close();
      throw error;
    }
  }

  has = (name: string): boolean => this.#entries.has(name.toLowerCase());
  size = (name: string): number => this.#entries.get(name.toLowerCase())?.uncompressedSize ?? 0;

  /** The entry's bytes, chunk by chunk; their check sum is compared at the end. Nothing when there is no such entry. */
  async *bytes(name: string): AsyncGenerator<Buffer> {
    const entry = this.#entries.get(name.toLowerCase());
    if (!entry) return;
    let sum = 0;
    try {
      const stream = await this.#zip.openReadStreamPromise(entry);
      for await (const chunk of stream) {
        sum = crc32(chunk as Buffer, sum);
        yield chunk as Buffer;
      }
      if (sum !== entry.crc32) throw new Error('check sum');
    } catch (error) {
      throw badZip(error, this.#what);
    }
  }

  /** The entry's text (UTF-8), chunk by chunk. Nothing when there is no such entry. */
  async *text(name: string): AsyncGenerator<string> {
    if (!this.has(name)) return;
    const decoder = new TextDecoder('utf-8', { fatal: true });
    try {
      for await (const chunk of this.bytes(name)) yield decoder.decode(chunk, { stream: true });
      yield decoder.decode();
    } catch (error) {
      throw badZip(error, this.#what);
    }
  }

  close = (): void => this.#zip.close();
}

async function listEntries(zip: ZipFile, what: string): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  let unpacked = 0;
  if (zip.entryCount > LIMITS.entries)
    throw bomb(`The ${what} has ${zip.entryCount} entries; at most ${LIMITS.entries} are read.`);
  try {
    for await (const entry of zip.eachEntry()) {
      const name = nameOf(entry);
      const where = { entry: shown(name) };
      if (isUnsafe(name, entry)) {
        throw refusal('zip_path', `The ${what} has an entry that leads out of it: “${shown(name)}”.`, where);
      }
      if (entry.isEncrypted()) {
        throw refusal(
          'encrypted',
          `The ${what} is protected with a password.`,
          where,
          'Send it without a password, over a protected way.',
        );
      }
      unpacked += entry.uncompressedSize;
      if (unpacked > LIMITS.unpacked)
        throw bomb(`The ${what} unpacks to more than ${LIMITS.unpacked} bytes.`, where);
      if (
        entry.uncompressedSize > LIMITS.line &&
        entry.uncompressedSize > entry.compressedSize * LIMITS.ratio
      ) {
        throw bomb(`An entry of the ${what} unpacks to more than ${LIMITS.ratio} times its size.`, where);
      }
      if (!name.endsWith('/')) entries.set(name, entry);
    }
  } catch (error) {
    throw badZip(error, what);
  }
  return entries;
}

/** Zip tools in China write names in GB18030 without saying so. */
function nameOf(entry: Entry): string {
  const raw = entry.fileNameRaw;
  return new TextDecoder(isUtf8(raw) ? 'utf-8' : 'gb18030').decode(raw);
}

/** Nothing is ever written under an entry's name; but who sends such a name means harm. */
function isUnsafe(name: string, entry: Entry): boolean {
  const parts = name.split(/[\\/]/);
  const isLink = ((entry.externalFileAttributes >>> 16) & 0o170000) === 0o120000;
  return isLink || name.includes('\0') || parts.includes('..') || parts[0] === '' || /^[A-Za-z]:/.test(name);
}

const shown = (name: string): string => name.replace(/\p{Cc}/gu, '␀').slice(0, 100);
const bomb = (message: string, where: Record<string, string> = {}) => refusal('zip_bomb', message, where);

/** A refusal stays what it is; whatever else goes wrong while unpacking is damage. */
function badZip(error: unknown, what: string): unknown {
  if (isAppError(error)) return error;
  return refusal(
    'bad_zip',
    `The ${what} is not a whole zip file: it was cut off or damaged on its way.`,
    {},
    'Send it again.',
  );
}
