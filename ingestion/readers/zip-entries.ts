/** A zip file with one or several deliveries of the same shape in it: their rows become one table, numbered through. */
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AppError, isAppError } from '../../domain/errors.ts';
import type { Dataset, Delivery } from '../contract.ts';
import { copyToParquetSql, duckName, duckText } from './duck.ts';
import { scanFor } from './encoding.ts';
import { namesLike } from './name-pattern.ts';
import {
  type Declared,
  type FoundEncoding,
  type Reader,
  type ReadResult,
  type ReadTarget,
  refusal,
  type SourceFile,
} from './reader.ts';
import { ZipArchive } from './zip.ts';

type ReaderOf = (shape: Delivery['shape']) => Reader;

/** What systems and people leave in archives beside the data. */
const LITTER = /(^|\/)(__MACOSX\/|\.|Thumbs\.db$|desktop\.ini$)/i;
const ARCHIVES = /\.(zip|rar|7z|gz|tgz|tar|bz2|xz|zst)$/i;

/** @throws AppError `refused_delivery`: `bad_zip`, `zip_bomb`, `zip_path`, `encrypted`, `nested_archive`, `missing_entry`; what an entry is refused for, naming it */
export const zipReader =
  (readerOf: ReaderOf): Reader =>
  async (file: SourceFile, dataset: Dataset, target: ReadTarget): Promise<ReadResult> => {
    const { delivery } = dataset;
    if (delivery.shape !== 'zip')
      throw refusal('bad_contract', 'The contract does not say what is in the archive.');
    const inner = { ...dataset, delivery: delivery.of };
    const archive = await ZipArchive.open(file.path, 'archive');
    try {
      const { names, notes } = chosenEntries(archive.names, delivery.entries);
      const parts: ReadResult[] = [];
      for (const [i, name] of names.entries()) {
        const directory = join(target.directory, `entry-${i}`);
        await mkdir(directory);
        parts.push(
          await namingEntry(name, async () => {
            const path = join(directory, 'content');
            const encoding = await unpackEntry(archive, name, path, delivery.of.shape);
            const read = readerOf(delivery.of.shape);
            // Several tables are put together from Parquet.
            const text = target.text && names.length === 1;
            return read({ path, name, encoding }, inner, { ...target, directory, text });
          }),
        );
      }
      const read = await together(parts, target);
      return { ...read, notes: [...notes, ...read.notes] };
    } finally {
      archive.close();
    }
  };

/** What of an archive is data, in order of names. */
export const dataEntries = (all: readonly string[]): string[] =>
  all.filter((name) => !LITTER.test(name)).sort();

/** @throws AppError `refused_delivery`, rule `nested_archive` or `missing_entry` */
export function chosenEntries(all: readonly string[], pattern: string): { names: string[]; notes: string[] } {
  const nested = all.find((name) => ARCHIVES.test(name));
  if (nested !== undefined) {
    throw refusal(
      'nested_archive',
      `The archive holds another archive: “${nested}”.`,
      { entry: nested },
      'Send the files themselves.',
    );
  }
  const data = dataEntries(all);
  const names = namesLike(data, pattern);
  if (names.length === 0) {
    throw refusal('missing_entry', `The archive holds no file like “${pattern}”.`, { entries: data.length });
  }
  const others = data.filter((name) => !names.includes(name));
  return { names, notes: others.slice(0, 20).map((name) => `The archive’s file “${name}” was left out.`) };
}

/** Under a name of ours, never the entry's. */
export async function unpackEntry(
  archive: ZipArchive,
  name: string,
  path: string,
  shape: Delivery['shape'],
): Promise<FoundEncoding> {
  const scan = scanFor(shape);
  let isFirst = true;
  await pipeline(
    async function* () {
      for await (const chunk of archive.bytes(name)) {
        if (isFirst && shape !== 'xlsx' && chunk.subarray(0, 4).equals(ZIP_START))
          throw refusal('nested_archive', `The archive holds another archive: “${name}”.`);
        isFirst = false;
        scan?.push(chunk);
        yield chunk;
      }
    },
    createWriteStream(path, { mode: 0o600 }),
  );
  if (isFirst) throw refusal('empty_file', 'The file is empty.');
  return scan?.finish() ?? 'binary';
}

const ZIP_START = Buffer.from('PK\u0003\u0004', 'latin1');

async function namingEntry<T>(entry: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isAppError(error) || error.code !== 'refused_delivery') throw error;
    const { where, fix } = error;
    throw new AppError('refused_delivery', `“${entry}” in the archive: ${error.message}`, {
      where: { ...where, entry },
      fix,
    });
  }
}

/** The tables one behind the other; rows of a later entry go on with the number. */
async function together(parts: ReadResult[], { duck, directory }: ReadTarget): Promise<ReadResult> {
  const [only] = parts;
  if (only && parts.length === 1) return only;
  const columns = [...new Set(parts.flatMap((part) => part.columns))];
  const parquetPath = join(directory, 'rows.parquet');
  const unreadablePath = join(directory, 'unreadable.parquet');
  let before = 0;
  const rows: string[] = [];
  const unreadable: string[] = [];
  for (const part of parts) {
    const isNumbered = part.numbering === 'column';
    const source = `read_parquet(${duckText(part.parquetPath)}${isNumbered ? '' : ', file_row_number = true'})`;
    const rowNo = `CAST(${isNumbered ? '_row_no' : 'file_row_number + 1'} + ${before} AS UBIGINT) AS _row_no`;
    const cells = columns.map((name) =>
      part.columns.includes(name) ? duckName(name) : `'' AS ${duckName(name)}`,
    );
    rows.push(`SELECT ${[rowNo, ...cells].join(', ')} FROM ${source}`);
    if (part.unreadablePath !== null) {
      unreadable.push(
        `SELECT CAST(_row_no + ${before} AS UBIGINT) AS _row_no, rule, message, text FROM read_parquet(${duckText(part.unreadablePath)})`,
      );
    }
    before += part.rowCount;
  }
  await duck.run(copyToParquetSql(rows.join(' UNION ALL '), parquetPath));
  if (unreadable.length > 0) await duck.run(copyToParquetSql(unreadable.join(' UNION ALL '), unreadablePath));
  return {
    parquetPath,
    numbering: 'column',
    columns,
    rowCount: before,
    unreadablePath: unreadable.length > 0 ? unreadablePath : null,
    unreadableCount: parts.reduce((sum, part) => sum + part.unreadableCount, 0),
    footerCount: parts.reduce((sum, part) => sum + (part.footerCount ?? 0), 0),
    notes: [...new Set(parts.flatMap((part) => part.notes))],
    ...declaredBy(parts),
  };
}

/** Rows add up where every entry declares them; totals are texts, and stay with their entries. */
function declaredBy(parts: ReadResult[]): { declared?: Declared } {
  const rows = parts.map((part) => part.declared?.rows);
  if (!rows.every((count) => count !== undefined)) return {};
  return { declared: { rows: rows.reduce((sum, count) => sum + (count ?? 0), 0) } };
}
