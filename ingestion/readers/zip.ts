import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { isAppError } from '../../domain/errors.ts';
import { LIMITS, refusal } from './reader.ts';

/** The entries of a zip file, checked against bombs before a byte is unpacked. */
export class ZipArchive {
  readonly #zip: ZipFile;
  readonly #entries: Map<string, Entry>;

  private constructor(zip: ZipFile, entries: Map<string, Entry>) {
    this.#zip = zip;
    this.#entries = entries;
  }

  /**
   * The sizes are the archive's own claim; while unpacking, `yauzl` fails an entry that holds more than it claimed.
   * @throws AppError `refused_delivery`, rule `bad_zip` or `zip_bomb`
   */
  static async open(path: string): Promise<ZipArchive> {
    const zip = await openPromise(path, { lazyEntries: true, autoClose: false }).catch((error: unknown) => {
      throw badZip(error);
    });
    try {
      return new ZipArchive(zip, await listEntries(zip));
    } catch (error) {
      zip.close();
      throw error;
    }
  }

  has = (name: string): boolean => this.#entries.has(name.toLowerCase());
  size = (name: string): number => this.#entries.get(name.toLowerCase())?.uncompressedSize ?? 0;

  /** The entry's text (UTF-8), chunk by chunk. Nothing when there is no such entry. */
  async *text(name: string): AsyncGenerator<string> {
    const entry = this.#entries.get(name.toLowerCase());
    if (!entry) return;
    const decoder = new TextDecoder('utf-8', { fatal: true });
    try {
      const stream = await this.#zip.openReadStreamPromise(entry);
      for await (const chunk of stream) yield decoder.decode(chunk as Buffer, { stream: true });
      yield decoder.decode();
    } catch (error) {
      throw badZip(error);
    }
  }

  close = (): void => this.#zip.close();
}

async function listEntries(zip: ZipFile): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  let unpacked = 0;
  if (zip.entryCount > LIMITS.entries)
    throw bomb(`The workbook has ${zip.entryCount} parts; at most ${LIMITS.entries} are read.`);
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.isEncrypted()) throw refusal('encrypted', 'The workbook is protected with a password.');
      unpacked += entry.uncompressedSize;
      if (unpacked > LIMITS.unpacked)
        throw bomb(`The workbook unpacks to more than ${LIMITS.unpacked} bytes.`);
      if (
        entry.uncompressedSize > LIMITS.line &&
        entry.uncompressedSize > entry.compressedSize * LIMITS.ratio
      ) {
        throw bomb(`A part of the workbook unpacks to more than ${LIMITS.ratio} times its size.`);
      }
      entries.set(entry.fileName.toLowerCase(), entry);
    }
  } catch (error) {
    throw badZip(error);
  }
  return entries;
}

const bomb = (message: string) => refusal('zip_bomb', message);

/** A refusal stays what it is; whatever else goes wrong while unpacking is damage. */
function badZip(error: unknown): unknown {
  if (isAppError(error)) return error;
  return refusal(
    'bad_zip',
    'The workbook is not a whole zip file: it was cut off or damaged on its way.',
    {},
    'Send it again.',
  );
}
